//! Making a kit, and the sheet to print. What stands on it lives in this screen only and is gone with it.

use huiyin_api::{Millis, Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use super::Read;
use crate::{
    pages::sync::QrCode,
    shell::{
        base::use_base, clock::use_clock, engine::use_engine, files, intl, session::use_session,
    },
    texts::{recovery::of, use_texts},
    ui::{Button, ErrorState, Glyph, Icon, Look},
};

/// Words that hold this are the address of the relay, not a line of the kit.
const ADDRESS: &str = "://";

/// The button, and the sheet once it was pressed.
#[component]
pub fn Making(read: Read) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let words = move || of(t.language());
    let text = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let any = Memo::new(move |_| read.with(|view| !view.kits.is_empty()));
    let make = move || {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let result = engine.ask_with(Request::MakeRecoveryKit, None).await;
            busy.try_set(false);
            match result {
                Ok((_, bytes)) => {
                    let made = bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
                    text.try_set(made);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let sheet = move || match text.get() {
        Some(kit) => view! {
            <div class="paper-tools">
                <p class="notice">
                    <Icon glyph=Glyph::Warning />
                    <span>{move || words().made_once}</span>
                </p>
                <span class="spacer"></span>
                <Button press=move || text.set(None)>{move || words().put_away}</Button>
                <Button look=Look::Primary icon=Glyph::Export press=files::print>
                    {move || words().print}
                </Button>
            </div>
            <div class="paper-desk">
                <KitSheet kit />
            </div>
        }
        .into_any(),
        None => view! {
            <section class="card" aria-label=move || words().make>
                <div class="card-head">
                    <h2>{move || words().title}</h2>
                    <Button icon=Glyph::Plus busy press=make>
                        {move || if any.get() { words().make_again } else { words().make }}
                    </Button>
                </div>
                <p class="card-note">{move || words().text}</p>
                <Show when=move || any.get()>
                    <p class="card-note">{move || words().again_text}</p>
                </Show>
                <ErrorState problem />
            </section>
        }
        .into_any(),
    };
    view! { {sheet} }
}

/// The sheet: A4, in Chinese and English, with the code for a camera and in groups to type.
#[component]
fn KitSheet(kit: String) -> impl IntoView {
    let clock = use_clock();
    let base = use_base();
    let company = use_session().with(|status| status.map(|status| status.company.clone()));
    let company = company.unwrap_or_default();
    let (relay, lines): (Vec<&str>, Vec<&str>) =
        kit.lines().partition(|line| line.contains(ADDRESS));
    let relay = relay.first().map(|relay| (*relay).to_owned());
    let lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
    let day = |language| intl::date(language, untrack(|| clock.now()) as Millis);
    let rows = lines.into_iter().enumerate().map(|(number, line)| {
        view! {
            <tr>
                <th scope="row">{number + 1}</th>
                <td>
                    <code class="kit-line">{line}</code>
                </td>
            </tr>
        }
    });
    let address = base.address();
    view! {
        <article class="paper kit" lang="zh-CN">
            <header class="paper-head">
                <p class="paper-company">{company.clone()}</p>
                <h1>"管理员恢复卡 Recovery kit"</h1>
            </header>
            <div class="paper-facts">
                <span>
                    <b>"制作日期 Made "</b>
                    {day(huiyin_api::Language::Chinese)}
                </span>
                <span>
                    <b>"保管人 Kept by "</b>
                    <span class="paper-blank"></span>
                </span>
            </div>
            <div class="kit-code">
                <QrCode text=kit.clone() />
                <table>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
            <table>
                <tbody>
                    <tr>
                        <th scope="row">"应用地址 App"</th>
                        <td>{address}</td>
                    </tr>
                    <tr>
                        <th scope="row">"中继 Relay"</th>
                        <td>{relay.unwrap_or_else(|| "—".to_owned())}</td>
                    </tr>
                </tbody>
            </table>
            <div class="paper-text">
                <h2>"怎样使用"</h2>
                <div>
                    <p>"1. 在新设备上打开应用，选择“加入公司”，在链接一栏扫码粘贴或照着输入上面五行（中继地址接在后面），填写姓名和设备名。"</p>
                    <p>"2. 有中继时，数据自动传来；没有中继时，载入最近的数据包（.huiyin）。"</p>
                    <p>"3. 在“设备与权限”中停用丢失的设备，然后重新制作恢复卡：每张只能用一次。"</p>
                </div>
            </div>
            <div class="paper-text" lang="en">
                <h2>"How to use it"</h2>
                <div>
                    <p>"1. Open the app on a new device, choose to join a company and scan and paste, or type, the five lines above as the link (then the relay's address); give your name and the device's."</p>
                    <p>"2. With a relay the data comes by itself; without one, take in the latest bundle (.huiyin)."</p>
                    <p>"3. Under “Devices and rights” shut the lost device out, then make a new kit: each works once."</p>
                </div>
            </div>
            <p class="paper-foot">
                "像公章一样锁好；拿到它的人可以看到公司的全部数据。 Lock it away: whoever has it can see all of the company's data."
            </p>
        </article>
    }
}
