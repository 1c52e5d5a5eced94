//! The wasm program the page starts as its worker; natively there is nothing to run.

fn main() {
    #[cfg(target_arch = "wasm32")]
    huiyin_worker::start();
}
