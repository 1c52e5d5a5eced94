//! Icons: strokes on a 24-unit square, drawn for this app.

use leptos::prelude::*;

/// Which icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    /// The mark of the app: a point and its echoes.
    Echo,
    /// A day sheet.
    Day,
    /// A person.
    Person,
    /// A sheet with a mark.
    Case,
    /// An arrow into a tray.
    Import,
    /// Two arrows in a ring.
    Sync,
    /// Sliders.
    Settings,
    /// A cross of two strokes.
    Plus,
    /// A lens.
    Search,
    /// A diagonal cross.
    Close,
    /// An arrow to the left.
    Back,
    /// A small angle to the right.
    Next,
    /// A small angle downwards.
    Down,
    /// A small angle upwards.
    Up,
    /// A printer.
    Print,
    /// A bell.
    Bell,
    /// A tick.
    Check,
    /// A triangle with a mark.
    Warning,
    /// A clock.
    Clock,
    /// A pencil.
    Pencil,
    /// A speech bubble.
    Note,
    /// The sun.
    Sun,
    /// The moon.
    Moon,
    /// Half filled disc.
    Contrast,
    /// A chain link.
    Link,
    /// A cloud with a stroke through it.
    Offline,
    /// A device.
    Device,
    /// An arrow out of a tray.
    Export,
    /// A square code.
    Code,
    /// A curved arrow back.
    Undo,
    /// A house of a branch.
    Branch,
    /// Two sheets.
    Copy,
    /// A keyboard.
    Keyboard,
    /// Letters of two scripts.
    Language,
    /// Up and down strokes.
    Sort,
    /// Scales.
    Scales,
    /// Bars of a chart.
    Chart,
    /// Columns of a board.
    Board,
    /// Lines of a list.
    List,
}

impl Glyph {
    fn strokes(self) -> &'static str {
        match self {
            Self::Echo => {
                "M8 12h.01M11.5 8.5a5 5 0 0 1 0 7M14.8 5.8a9 9 0 0 1 0 12.4M18 3.4a13 13 0 0 1 0 17.2"
            }
            Self::Day => {
                "M4 7a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM4 10h16M8 3v4M16 3v4M9 15l2 2 4-4"
            }
            Self::Person => {
                "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-3.7 3.8-5.5 7.5-5.5s6.700 1.800 7.500 5.500"
            }
            Self::Case => {
                "M6 3h9l4 4v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM14.500 3v5h4.500M8 13h7M8 17h4"
            }
            Self::Import => {
                "M12 3v11M7.500 10l4.500 4.500 4.500-4.500M4 16v3a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-3"
            }
            Self::Export => {
                "M12 15V4M7.500 8.500 12 4l4.500 4.500M4 16v3a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-3"
            }
            Self::Sync => {
                "M20 11a8 8 0 0 0-14.300-4L3.500 9.500M3.500 4.500v5h5M4 13a8 8 0 0 0 14.300 4l2.200-2.500M20.500 19.500v-5h-5"
            }
            Self::Settings => {
                "M4 7h9M17 7h3M15 7m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0M4 17h3M11 17h9M9 17m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Search => {
                "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 20.500 20.500"
            }
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Back => "M19 12H5M11 6l-6 6 6 6",
            Self::Next => "M9 6l6 6-6 6",
            Self::Down => "M6 9l6 6 6-6",
            Self::Up => "M6 15l6-6 6 6",
            Self::Print => {
                "M7 9V3h10v6M7 17H5a2 2 0 0 1-2-2v-4a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2h-2M7 14h10v7H7z"
            }
            Self::Bell => "M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 2h-15zM10 21h4M12 3v2",
            Self::Check => "M5 12.500l4.500 4.500L19 7.500",
            Self::Warning => "M12 4 2.800 19.500h18.400zM12 10v4.500M12 17.200v.1",
            Self::Clock => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.200l3.300 2",
            Self::Pencil => {
                "M4 20l.900-4L16 4.900a2 2 0 0 1 2.800 0l.300.300a2 2 0 0 1 0 2.800L8 19.100zM14 7l3 3"
            }
            Self::Note => {
                "M5 4.500h14a1.500 1.500 0 0 1 1.500 1.500v9a1.500 1.500 0 0 1-1.500 1.500h-7L7.500 20v-3.500H5A1.500 1.500 0 0 1 3.500 15V6A1.500 1.500 0 0 1 5 4.500zM8 9h8M8 12.500h5"
            }
            Self::Sun => {
                "M12 16.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400"
            }
            Self::Moon => "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z",
            Self::Contrast => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 3v18M12 8h7M12 12h9M12 16h7"
            }
            Self::Link => {
                "M10 14a4 4 0 0 0 5.700 0l3.300-3.300A4 4 0 0 0 13.300 5L12 6.300M14 10a4 4 0 0 0-5.700 0L5 13.300A4 4 0 0 0 10.700 19L12 17.700"
            }
            Self::Offline => {
                "M7 18.500a4.500 4.500 0 0 1-.600-8.900M9.500 6.300a6 6 0 0 1 8.200 4.300 4 4 0 0 1 2.100 6.400M4 4l16 16M10 18.500h6"
            }
            Self::Device => {
                "M4 5.500A1.500 1.500 0 0 1 5.500 4h13A1.500 1.500 0 0 1 20 5.500v9a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 14.500zM9 20h6M12 16v4"
            }
            Self::Code => {
                "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.500v2.500M20 14v2.500M14 20h2.500M20 20h-.500"
            }
            Self::Undo => "M8.500 5 4 9.500 8.500 14M4 9.500h10a5.500 5.500 0 0 1 0 11H9",
            Self::Branch => {
                "M4 10.500 5.500 4h13l1.500 6.500M5.500 11v9h13v-9M4 10.500a2.700 2.700 0 0 0 5.300 0 2.700 2.700 0 0 0 5.400 0 2.700 2.700 0 0 0 5.300 0M10 20v-5h4v5"
            }
            Self::Copy => "M9 9h10v11H9zM6 15H5V4h10v2",
            Self::Keyboard => {
                "M3 7.500A1.500 1.500 0 0 1 4.500 6h15A1.500 1.500 0 0 1 21 7.500v9a1.500 1.500 0 0 1-1.500 1.500h-15A1.500 1.500 0 0 1 3 16.500zM7 10h.01M10.300 10h.01M13.700 10h.01M17 10h.01M8 14h8"
            }
            Self::Language => {
                "M3.500 6h9M8 4v2M11 6c-.700 3.500-3.300 6.500-7 8M5.500 9c1 2 3 4 5.500 5M12 20l4.500-10L21 20M13.500 17h6"
            }
            Self::Scales => {
                "M12 4v16M8 20h8M5 7h14M5 7 2.500 13a2.700 2.700 0 0 0 5 0zM19 7l-2.500 6a2.700 2.700 0 0 0 5 0z"
            }
            Self::Chart => "M4 4v16h16M8.500 16v-4M13 16V8M17.500 16v-6",
            Self::Board => "M4 5h4.500v14H4zM9.800 5h4.500v9H9.800zM15.500 5H20v6h-4.500z",
            Self::List => "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
            Self::Sort => {
                "M8 5v14M8 19l-3.500-3.500M8 19l3.500-3.500M16 19V5M16 5l-3.500 3.500M16 5l3.500 3.500"
            }
        }
    }
}

/// Shows an icon. It is decoration: the words beside it carry the meaning.
#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=glyph.strokes() />
        </svg>
    }
}
