//! Photos made small enough to be kept and sent: at most [`MAX_SIDE`] pixels on a side, as JPEG; and the logo of papers, as PNG.

use js_sys::{Function, Promise, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap};

use super::files;

/// Longest side of a photo that is kept, in pixels.
pub const MAX_SIDE: u32 = 2_000;
/// Largest photo a page takes in, in bytes: a larger one may be more than a phone can unpack.
pub const MAX_PHOTO_BYTES: f64 = 20.0 * 1_048_576.0;
/// Photos smaller than this in bytes, and not too long on a side, are kept as they are.
const KEEP_BYTES: f64 = 1_048_576.0;
/// Quality of the JPEG, as browsers count it.
const QUALITY: f64 = 0.85;

/// Longest sides a logo is tried at, in pixels: the first that is small enough is taken.
const LOGO_SIDES: [u32; 5] = [640, 480, 320, 240, 160];

/// A file ready to be attached.
pub struct Prepared {
    /// Its name; a photo that was made smaller ends in `.jpg`.
    pub name: String,
    /// Its content.
    pub bytes: Uint8Array,
}

/// Why a file cannot be attached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NotPrepared {
    /// The photo has this many bytes: too many.
    TooLarge(f64),
    /// The browser cannot read it as a picture.
    NotAPicture,
    /// The browser cannot read the file.
    Unreadable,
}

/// Returns the size a picture is drawn at, so that neither side is longer than `max`.
pub fn fitted(width: u32, height: u32, max: u32) -> (u32, u32) {
    let longest = width.max(height).max(1);
    if longest <= max {
        return (width.max(1), height.max(1));
    }
    let scaled = |side: u32| {
        let side = u64::from(side) * u64::from(max) / u64::from(longest);
        (side as u32).max(1)
    };
    (scaled(width), scaled(height))
}

/// Returns the name of a photo once it is a JPEG.
pub fn jpeg_name(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = if stem.is_empty() { "photo" } else { stem };
    format!("{stem}.jpg")
}

/// Returns a file as it is attached: photos made smaller, other files as they are.
///
/// # Errors
/// [`NotPrepared`], which the person at the screen is told.
pub async fn prepare(file: &File) -> Result<Prepared, NotPrepared> {
    if !file.type_().starts_with("image/") {
        return whole(file).await;
    }
    if file.size() > MAX_PHOTO_BYTES {
        return Err(NotPrepared::TooLarge(file.size()));
    }
    let bitmap = decode(file).await.ok_or(NotPrepared::NotAPicture)?;
    let (width, height) = fitted(bitmap.width(), bitmap.height(), MAX_SIDE);
    let fits = (width, height) == (bitmap.width(), bitmap.height());
    let kept = matches!(
        file.type_().as_str(),
        "image/jpeg" | "image/png" | "image/webp"
    );
    if fits && kept && file.size() <= KEEP_BYTES {
        return whole(file).await;
    }
    let jpeg = draw(&bitmap, width, height).await;
    bitmap.close();
    let bytes = match jpeg {
        Some(blob) => bytes_of(&blob).await,
        None => None,
    };
    Ok(Prepared {
        name: jpeg_name(&file.name()),
        bytes: bytes.ok_or(NotPrepared::NotAPicture)?,
    })
}

async fn whole(file: &File) -> Result<Prepared, NotPrepared> {
    // Nothing larger is stored: it is not read into memory to be refused there.
    if file.size() > MAX_PHOTO_BYTES {
        return Err(NotPrepared::TooLarge(file.size()));
    }
    let bytes = files::read_file(file)
        .await
        .ok_or(NotPrepared::Unreadable)?;
    Ok(Prepared {
        name: file.name(),
        bytes,
    })
}

async fn decode(file: &File) -> Option<ImageBitmap> {
    let promise = window().create_image_bitmap_with_blob(file).ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

async fn draw(bitmap: &ImageBitmap, width: u32, height: u32) -> Option<Blob> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    // What is transparent would become black.
    context.set_fill_style_str("white");
    context.fill_rect(0.0, 0.0, f64::from(width), f64::from(height));
    context
        .draw_image_with_image_bitmap_and_dw_and_dh(
            bitmap,
            0.0,
            0.0,
            f64::from(width),
            f64::from(height),
        )
        .ok()?;
    let promise = Promise::new(&mut |resolve: Function, _| {
        let done = Closure::once_into_js(move |blob: JsValue| {
            let _ = resolve.call1(&JsValue::NULL, &blob);
        });
        let _ = canvas.to_blob_with_type_and_encoder_options(
            done.unchecked_ref(),
            "image/jpeg",
            &JsValue::from_f64(QUALITY),
        );
    });
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

async fn bytes_of(blob: &Blob) -> Option<Uint8Array> {
    let buffer = JsFuture::from(blob.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer))
}

/// Returns a picture as a logo of at most [`huiyin_api::MAX_LOGO_BYTES`], drawn anew so that nothing but its look is kept; none for what the browser
/// cannot read or what stays too large.
pub async fn logo(file: &File) -> Option<String> {
    if file.size() > MAX_PHOTO_BYTES {
        return None;
    }
    let bitmap = decode(file).await?;
    let made = LOGO_SIDES.into_iter().find_map(|side| {
        let (width, height) = fitted(bitmap.width(), bitmap.height(), side);
        let drawn = draw_logo(&bitmap, width, height)?;
        huiyin_api::is_logo(&drawn).then_some(drawn)
    });
    bitmap.close();
    made
}

fn draw_logo(bitmap: &ImageBitmap, width: u32, height: u32) -> Option<String> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context
        .draw_image_with_image_bitmap_and_dw_and_dh(
            bitmap,
            0.0,
            0.0,
            f64::from(width),
            f64::from(height),
        )
        .ok()?;
    canvas.to_data_url().ok()
}

/// An address of bytes within this page, for pictures; given up when it is dropped.
pub struct ObjectUrl(String);

impl ObjectUrl {
    /// Returns the address of bytes of a media type; none where the browser refuses.
    pub fn of(media: &str, bytes: &Uint8Array) -> Option<Self> {
        let parts = js_sys::Array::of1(bytes);
        let kind = web_sys::BlobPropertyBag::new();
        kind.set_type(media);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &kind).ok()?;
        web_sys::Url::create_object_url_with_blob(&blob)
            .ok()
            .map(Self)
    }

    /// Returns the address.
    pub fn address(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        let _ = web_sys::Url::revoke_object_url(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_shape_and_loses_its_size() {
        assert_eq!(fitted(4_000, 3_000, MAX_SIDE), (2_000, 1_500));
        assert_eq!(fitted(3_000, 4_000, MAX_SIDE), (1_500, 2_000));
        assert_eq!(fitted(800, 600, MAX_SIDE), (800, 600));
        assert_eq!(fitted(100_000, 1, MAX_SIDE), (2_000, 1));
        assert_eq!(fitted(0, 0, MAX_SIDE), (1, 1));
    }

    #[test]
    fn a_photo_that_was_made_smaller_ends_in_jpg() {
        assert_eq!(jpeg_name("IMG_0042.HEIC"), "IMG_0042.jpg");
        assert_eq!(jpeg_name("发票"), "发票.jpg");
        assert_eq!(jpeg_name(".png"), "photo.jpg");
    }
}
