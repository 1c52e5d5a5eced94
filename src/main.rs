//! The page: Leptos views over the engine that runs in a worker. It decides no rules and stores no records.

mod app;
mod pages;
mod shell;
mod texts;
mod ui;

/// Memory the page takes at once, in bytes: it needs as much before the first list stands, and each growth costs a millisecond or two.
const FIRST_MEMORY: usize = 8 << 20;

fn main() {
    shell::panic::install();
    // What was taken once stays with the allocator.
    drop(std::hint::black_box(Vec::<u8>::with_capacity(FIRST_MEMORY)));
    leptos::mount::mount_to_body(app::App);
    shell::warming::keep_compiled_code();
}
