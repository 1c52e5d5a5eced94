//! An invitation for another device: branch, role and days in; link and QR code out.

use huiyin_api::{InviteView, Millis, Problem, Request, SyncView};
use huiyin_core::staff::Role;
use leptos::{ev, prelude::*, task::spawn_local};

use super::{newcomers::NewcomerLines, qr::QrCode};
use crate::{
    shell::{
        ask, base::use_base, branches::use_branches, engine::use_engine, files, intl,
        notices::use_toaster, replication::use_replication, session::use_session,
    },
    texts::{names, newcomers, use_texts},
    ui::{Button, Dialog, DialogFoot, ErrorState, Glyph, Icon, Look, SelectField, new_id},
};

/// Days an invitation may be given for.
const DAYS: [u32; 6] = [1, 3, 7, 14, 30, 90];
/// Days offered first.
const DEFAULT_DAYS: u32 = 7;
/// Role offered first.
const DEFAULT_ROLE: &str = "service_agent";
/// The link opens this page's own address.
const HERE: &str = "here";
/// The link opens the relay's address.
const RELAY: &str = "relay";

/// The dialog that makes an invitation.
#[component]
pub fn InviteDialog(open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let made = RwSignal::new(None::<InviteView>);
    Effect::new(move |_| {
        if open.get() {
            made.set(None);
        }
    });
    let title = move || {
        let s = &t.get().sync;
        if made.with(Option::is_some) {
            s.link_ready
        } else {
            s.invite
        }
    };
    view! {
        <Dialog open title>
            {move || match made.get() {
                Some(invite) => view! { <Made invite open again=move || made.set(None) /> }.into_any(),
                None => view! { <InviteForm open made /> }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn InviteForm(open: RwSignal<bool>, made: RwSignal<Option<InviteView>>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let base = use_base();
    let branches = use_branches();
    let replication = use_replication();
    let session = use_session();
    let own_branch = untrack(|| session.with(|status| status.map(|status| status.branch.clone())));
    let branch = RwSignal::new(own_branch.unwrap_or_default());
    let role = RwSignal::new(DEFAULT_ROLE.to_owned());
    let days = RwSignal::new(DEFAULT_DAYS);
    // What the role says until somebody has chosen.
    let chosen_ask = RwSignal::new(None::<bool>);
    let ask_first = Memo::new(move |_| {
        let by_role = || role.with(|role| Role::parse(role).is_some_and(Role::asks_first));
        chosen_ask.get().unwrap_or_else(by_role)
    });
    let relay = untrack(|| replication.get())
        .and_then(|view| view.relay)
        .and_then(|relay| web_address(&relay));
    let at_relay = relay.clone();
    let opens = RwSignal::new(HERE.to_owned());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        problem.set(None);
        let chosen = opens.with_untracked(|opens| opens == RELAY);
        let address = at_relay.clone().filter(|_| chosen);
        let request = Request::Invite {
            branch: Some(branch.get_untracked()).filter(|branch| !branch.is_empty()),
            role: role.get_untracked(),
            days: days.get_untracked(),
            base: address.unwrap_or_else(|| base.address()),
            ask: ask_first.get_untracked(),
        };
        spawn_local(async move {
            let result = engine.get(request, ask::invite).await;
            busy.try_set(false);
            match result {
                Ok(invite) => {
                    made.try_set(Some(invite));
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let roles = move || {
        let named = names::roles().map(|wire| (wire.to_owned(), t.get().role(wire)));
        named.collect::<Vec<_>>()
    };
    let spans = move || {
        let named = DAYS.map(|days| (days.to_string(), (t.get().sync.days)(days)));
        named.to_vec()
    };
    let own = base.address();
    let has_relay = relay.is_some();
    let addresses = move || {
        let s = &t.get().sync;
        let mut all = vec![(HERE.to_owned(), s.opens_here.to_owned())];
        if has_relay {
            all.push((RELAY.to_owned(), s.opens_relay.to_owned()));
        }
        all
    };
    let hint = move || {
        let address = relay.clone().filter(|_| opens.with(|opens| opens == RELAY));
        let address = address.unwrap_or_else(|| own.clone());
        if is_local(&address) {
            t.get().sync.opens_local.to_owned()
        } else {
            address
        }
    };
    view! {
        <form class="form" on:submit=submit>
            <p class="wide muted">{move || t.get().sync.invite_text}</p>
            <SelectField
                label=move || t.get().sync.branch
                value=branch
                input=move |value| branch.set(value)
                choices=Signal::derive(move || {
                    let mut choices = branches.choices("");
                    choices.retain(|(code, _)| !code.is_empty());
                    choices
                })
            />
            <SelectField
                label=move || t.get().sync.role
                value=role
                input=move |value| role.set(value)
                choices=Signal::derive(roles)
            />
            <SelectField
                label=move || t.get().sync.valid_for
                value=move || days.get().to_string()
                input=move |value: String| days.set(value.parse().unwrap_or(DEFAULT_DAYS))
                choices=Signal::derive(spans)
            />
            <div class="wide">
                <SelectField
                    label=move || t.get().sync.opens
                    value=opens
                    input=move |value| opens.set(value)
                    choices=Signal::derive(addresses)
                    hint=Signal::derive(hint)
                />
            </div>
            <label class="checkbox wide">
                <input
                    type="checkbox"
                    prop:checked=move || ask_first.get()
                    on:change:target=move |event| chosen_ask.set(Some(event.target().checked()))
                />
                <span class="checkbox-words">
                    <span>{move || newcomers::of(t.language()).ask}</span>
                    <span class="muted">{move || newcomers::of(t.language()).ask_hint}</span>
                </span>
            </label>
            <div class="wide">
                <ErrorState problem />
            </div>
            <DialogFoot open busy submit=move || t.get().sync.make_link />
        </form>
    }
}

/// What has become of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    /// It can be opened.
    Open,
    /// A device that opened it waits to be let in.
    Waits,
    /// The device of this name joined by it.
    Used(String),
    /// It was closed.
    Closed,
}

impl Fate {
    fn of(view: &SyncView, id: &str) -> Self {
        let known = view.invitations.iter().find(|known| known.id == id);
        let used = known.and_then(|known| known.used_by.clone());
        if let Some(name) = used {
            Self::Used(name)
        } else if known.is_some_and(|known| known.closed) {
            Self::Closed
        } else if view.newcomers.iter().any(|one| one.invitation == id) {
            Self::Waits
        } else {
            Self::Open
        }
    }
}

/// The link until it was opened; then who waits, and that it was used.
#[component]
fn Made(
    invite: InviteView,
    open: RwSignal<bool>,
    #[prop(into)] again: Callback<()>,
) -> impl IntoView {
    let t = use_texts();
    let toaster = use_toaster();
    let replication = use_replication();
    let InviteView { id, link, expires } = invite;
    let fate = Memo::new(move |_| {
        let view = replication.get();
        view.map_or(Fate::Open, |view| Fate::of(&view, &id))
    });
    let link = StoredValue::new(link);
    let copy = move || {
        let link = link.get_value();
        spawn_local(async move {
            let s = t.now();
            if files::copy_text(&link).await {
                toaster.good(s.common.copied);
            } else {
                toaster.say(s.sync.copy_refused);
            }
        });
    };
    let over = move || {
        let t = t.get();
        let (glyph, words) = match fate.get() {
            Fate::Open | Fate::Waits => return None,
            Fate::Used(name) if name.is_empty() => {
                (Glyph::Check, (t.sync.link_done)(t.sync.nameless))
            }
            Fate::Used(name) => (Glyph::Check, (t.sync.link_done)(&name)),
            Fate::Closed => (Glyph::Warning, t.sync.link_closed.to_owned()),
        };
        Some(view! {
            <p class="wide notice plain" role="status">
                <Icon glyph />
                <span>{words}</span>
            </p>
        })
    };
    let usable = Memo::new(move |_| fate.with(|fate| *fate == Fate::Open));
    view! {
        <div class="form made">
            {over}
            // Above the link: whoever has opened it is not to be looked for beneath the edge of the dialog.
            <div class="wide">
                <NewcomerLines />
            </div>
            <Show when=move || usable.get()>
                <Link link=link.get_value() expires />
            </Show>
            <footer class="dialog-foot">
                <Button look=Look::Quiet press=again>
                    {move || t.get().sync.another}
                </Button>
                <Button press=move || open.set(false)>{move || t.get().common.close}</Button>
                <Show when=move || usable.get()>
                    <Button look=Look::Primary icon=Glyph::Copy press=copy>
                        {move || t.get().sync.copy_link}
                    </Button>
                </Show>
            </footer>
        </div>
    }
}

/// The link, to be copied or read off the screen by a camera.
#[component]
fn Link(link: String, expires: Millis) -> impl IntoView {
    let t = use_texts();
    let id = new_id("link");
    let until = move || {
        let t = t.get();
        (t.sync.link_text)(&intl::date_time(t.language, expires))
    };
    view! {
        <div class="wide qr-place">
            <QrCode text=link.clone() />
        </div>
        <div class="wide field">
            <label for=id.clone()>{move || t.get().sync.link}</label>
            <textarea id=id class="input link-text" readonly=true rows="3">
                {link}
            </textarea>
        </div>
        <p class="wide num">{until}</p>
        <p class="wide notice">
            <Icon glyph=Glyph::Warning />
            <span>{move || t.get().sync.link_secret}</span>
        </p>
    }
}

/// Returns the address a browser opens for a relay, which may be given as a socket address.
fn web_address(relay: &str) -> Option<String> {
    let (scheme, rest) = relay.split_once("://")?;
    let scheme = match scheme {
        "http" | "ws" => "http",
        "https" | "wss" => "https",
        _ => return None,
    };
    let rest = rest.trim_end_matches('/');
    let rest = rest.strip_suffix("/ws").unwrap_or(rest);
    Some(format!("{scheme}://{rest}/"))
}

/// Returns whether an address means this machine only.
fn is_local(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    ["localhost", "127.", "[::1]"]
        .iter()
        .any(|local| host.starts_with(local))
}

#[cfg(test)]
mod tests {
    use huiyin_api::{InvitationView, NewcomerView, SyncView};

    use super::{Fate, is_local, web_address};

    #[test]
    fn a_link_is_offered_until_it_was_opened_used_or_closed() {
        let view = |used_by: Option<&str>, closed: bool, waits: &str| SyncView {
            invitations: vec![InvitationView {
                id: "a1".to_owned(),
                used_by: used_by.map(str::to_owned),
                closed,
                ..InvitationView::default()
            }],
            newcomers: vec![NewcomerView {
                invitation: waits.to_owned(),
                ..NewcomerView::default()
            }],
            ..SyncView::default()
        };
        let cases = [
            (view(None, false, "b2"), Fate::Open),
            (view(None, false, "a1"), Fate::Waits),
            (
                view(Some("平板"), false, "a1"),
                Fate::Used("平板".to_owned()),
            ),
            (view(None, true, "a1"), Fate::Closed),
            (SyncView::default(), Fate::Open),
        ];
        for (view, expected) in cases {
            assert_eq!(Fate::of(&view, "a1"), expected);
        }
    }

    #[track_caller]
    fn check(relay: &str, expected: Option<&str>) {
        assert_eq!(web_address(relay).as_deref(), expected, "{relay}");
    }

    #[test]
    fn a_relay_is_opened_by_its_web_address() {
        check("wss://relay.example/ws", Some("https://relay.example/"));
        check("http://localhost:8080", Some("http://localhost:8080/"));
        check("relay.example", None);
    }

    #[test]
    fn this_machine_is_told_from_others() {
        assert!(is_local("http://localhost:8080/"));
        assert!(is_local("http://127.0.0.1/app/"));
        assert!(!is_local("https://crm.example/"));
    }
}
