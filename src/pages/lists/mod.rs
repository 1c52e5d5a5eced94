//! What both lists share beyond chips: filters with AND and OR, columns, groups, saved views, export.

mod bulk;
mod cards;
mod columns;
mod columns_button;
mod condition_line;
mod export_button;
mod export_file;
mod export_rows;
mod filter_dialog;
mod filter_plan;
mod group_chip;
mod grouped_list;
mod grouping;
mod layout;
mod value_picker;
mod views_dialog;
mod views_menu;

pub use bulk::{BulkDialog, PastDialog, SelectionBar};
pub use columns::{Column, least_width, template};
pub use columns_button::{Chooser, ColumnsButton};
pub use export_button::{ExportButton, ExportForm};
pub use export_file::{Format, Sheet};
pub use filter_dialog::{FilterButton, FilterForm, FilterPlan};
pub use group_chip::GroupChip;
pub use grouped_list::{GroupedList, shown_columns};
pub use layout::restore;
pub use views_dialog::ViewsDialog;
pub use views_menu::ViewsMenu;
