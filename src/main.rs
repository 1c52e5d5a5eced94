//! The page: Leptos views over the engine that runs in a worker. It decides no rules and stores no records.

mod app;
mod pages;
mod shell;
mod texts;
mod ui;

fn main() {
    shell::panic::install();
    leptos::mount::mount_to_body(app::App);
}
