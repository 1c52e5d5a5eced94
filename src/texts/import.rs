//! Texts of the import screen.

/// Texts of the import screen.
pub struct ImportTexts {
    pub title: &'static str,
}

pub const ZH: ImportTexts = ImportTexts { title: "导入" };

pub const EN: ImportTexts = ImportTexts { title: "Import" };
