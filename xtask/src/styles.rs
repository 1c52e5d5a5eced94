//! Joins the style sheets of the built page into one file, so that opening the app asks for one instead of a dozen.

use crate::{error::Error, parts::replaced, programs::short_digest, seal::base64};
use sha2::{Digest as _, Sha384};
use std::{fs, path::Path};

/// How Trunk begins the tag of a style sheet.
const TAG: &str = "<link rel=\"stylesheet\" href=\"./";

/// Joins the style sheets named by `index.html` of the folder, in their order.
///
/// # Errors
/// When the page names none, or a file cannot be read or written.
pub fn join(folder: &Path) -> Result<(), Error> {
    let index = folder.join("index.html");
    let mut page =
        fs::read_to_string(&index).map_err(Error::io(format!("read {}", index.display())))?;
    let mut joined = String::new();
    let mut first = None;
    while let Some((tag, name)) = next_sheet(&page) {
        let file = folder.join(&name);
        let sheet =
            fs::read_to_string(&file).map_err(Error::io(format!("read {}", file.display())))?;
        joined.push_str(sheet.trim_end());
        joined.push('\n');
        fs::remove_file(&file).map_err(Error::io(format!("remove {}", file.display())))?;
        let start = page.find(&tag).unwrap_or_default();
        first.get_or_insert(start);
        page = replaced(&page, &tag, "")?;
    }
    let Some(first) = first else {
        return Err(Error::Wrong("index.html names no style sheet".into()));
    };
    let name = format!("app-{}.css", short_digest(joined.as_bytes()));
    let digest = base64(&Sha384::digest(joined.as_bytes()));
    page.insert_str(
        first,
        &format!("{TAG}{name}\" integrity=\"sha384-{digest}\"/>"),
    );
    let file = folder.join(&name);
    fs::write(&file, joined).map_err(Error::io(format!("write {}", file.display())))?;
    fs::write(&index, page).map_err(Error::io(format!("write {}", index.display())))
}

/// Returns the first tag of a style sheet and the file it names.
fn next_sheet(page: &str) -> Option<(String, String)> {
    let start = page.find(TAG)?;
    let tag = &page[start..=start + page[start..].find('>')?];
    let name = tag[TAG.len()..].split('"').next()?;
    Some((tag.to_owned(), name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheets_become_one_in_their_order_where_the_first_stood() {
        let folder = std::env::temp_dir().join(format!("xtask-styles-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the folder can be made");
        let put = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
        put("b.css", "b {}\n\n");
        put("a.css", "a {}");
        put(
            "index.html",
            "<head><link rel=\"stylesheet\" href=\"./b.css\" integrity=\"sha384-x\"/><p>\n\
             <link rel=\"stylesheet\" href=\"./a.css\"/></head>",
        );
        join(&folder).expect("both are there");
        let page = fs::read_to_string(folder.join("index.html")).expect("readable");
        let (tag, name) = next_sheet(&page).expect("one is named");
        assert_eq!(page, format!("<head>{tag}<p>\n</head>"));
        assert_eq!(
            fs::read_to_string(folder.join(&name)).expect("readable"),
            "b {}\na {}\n"
        );
        assert!(tag.contains("integrity=\"sha384-"), "{tag}");
        assert!(!folder.join("a.css").exists() && !folder.join("b.css").exists());
        fs::remove_dir_all(folder).expect("the folder can be removed");
    }

    #[test]
    fn a_page_without_style_sheets_is_refused() {
        let folder = std::env::temp_dir().join(format!("xtask-unstyled-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the folder can be made");
        fs::write(folder.join("index.html"), "<head></head>").expect("written");
        let error = join(&folder).expect_err("nothing can be joined");
        assert!(error.to_string().contains("style sheet"), "{error}");
        fs::remove_dir_all(folder).expect("the folder can be removed");
    }
}
