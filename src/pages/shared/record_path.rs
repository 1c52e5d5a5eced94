//! The screen of a record, by the kind its id names.

/// Returns the path of the screen of a record; of one of a kind without a screen the path of its list.
pub fn record_path(id: &str) -> String {
    match id.split_once('.').map(|(kind, _)| kind) {
        Some("ca" | "ex") => format!("/cases/{id}"),
        Some("vi") => format!("/contacts/{id}"),
        Some("sv") => format!("/surveys/answers/{id}"),
        Some("co") => "/penalties".to_owned(),
        _ => format!("/customers/{id}"),
    }
}

#[cfg(test)]
mod tests {
    use super::record_path;

    #[test]
    fn every_kind_of_record_has_its_screen() {
        assert_eq!(record_path("ca.HQ.202611.0.1"), "/cases/ca.HQ.202611.0.1");
        assert_eq!(
            record_path("ex.HQ.5334x202611.0.1"),
            "/cases/ex.HQ.5334x202611.0.1"
        );
        assert_eq!(record_path("cu.HQ.all.0.1"), "/customers/cu.HQ.all.0.1");
        assert_eq!(
            record_path("vi.HQ.202611.0.1"),
            "/contacts/vi.HQ.202611.0.1"
        );
        assert_eq!(
            record_path("sv.HQ.2026.0.1"),
            "/surveys/answers/sv.HQ.2026.0.1"
        );
    }
}
