//! The wasm program the page starts when a spreadsheet is read or written; natively there is nothing to run.

fn main() {
    #[cfg(target_arch = "wasm32")]
    huiyin_files::worker::start();
}
