//! What can be given on the command line.
//!
//! Long: every argument with its help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Huiyin 回音 on the command line: the same engine as the app, on a folder of this machine.
#[derive(Debug, Clone, Parser)]
#[command(name = "huiyin", version, propagate_version = true)]
pub struct Arguments {
    /// Folder that holds this device's data.
    #[arg(long, global = true, value_name = "DIR")]
    pub store: Option<PathBuf>,
    /// Print results, and what went wrong, as JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// PIN of the person at this device, for decisions that must be signed; better given in the environment, where other users of the
    /// machine cannot read it.
    #[arg(
        long,
        global = true,
        value_name = "PIN",
        env = "HUIYIN_PIN",
        hide_env_values = true
    )]
    pub pin: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Make a new company on this device.
    Init(Init),
    /// Join a company by an invitation link.
    Join(Join),
    /// Make an invitation and print its link.
    Invite(Invite),
    /// Lets in a device that waits, by the six digits it shows; lists those that wait if no number is given.
    Approve {
        /// The six digits.
        #[arg(value_name = "NUMBER")]
        number: Option<String>,
    },
    /// PINs of the staff, and the keys behind them.
    #[command(subcommand)]
    Pin(Pin),
    /// Print who this device is and how much it holds.
    Status,
    /// Print branches, staff and company settings.
    Settings,
    /// Add a branch, or rename one.
    Branch {
        /// Branch code, for instance SH.
        code: String,
        /// Name shown.
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    /// Set the relay of this device; `none` removes it.
    Relay {
        /// Address (http://, https://, ws:// or wss://) or `none`.
        url: String,
    },
    /// Import a CSV or JSON lines file.
    Import(Import),
    /// Print past imports.
    Imports,
    /// Take an import back; records edited since stay.
    UndoImport {
        /// Import id, from `imports`.
        id: String,
    },
    /// Print customers or cases.
    List(List),
    /// Print one record.
    Show {
        /// Record id.
        id: String,
    },
    /// Add a customer or register a case.
    Add {
        /// What to add.
        kind: Single,
        /// Fields.
        #[arg(value_name = "FIELD=VALUE", value_parser = pair, required = true)]
        fields: Vec<(String, String)>,
        /// A first note, for a case.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Change fields of a record; an empty value removes a field.
    Edit {
        /// Record id.
        id: String,
        /// Fields.
        #[arg(value_name = "FIELD=VALUE", value_parser = pair, required = true)]
        fields: Vec<(String, String)>,
    },
    /// Add a note to a record's time line.
    Note {
        /// Record id.
        id: String,
        /// The note.
        text: String,
    },
    /// The company's policy pack.
    #[command(subcommand)]
    Pack(Pack),
    /// Act on a case.
    #[command(subcommand)]
    Case(Case),
    /// Print fields with several values written at the same time.
    Conflicts,
    /// Settle such a field.
    Settle {
        /// Record id.
        id: String,
        /// Field name.
        field: String,
        /// Value that shall hold.
        value: String,
    },
    /// Write all records to a file, or all documents to a folder.
    Export(Export),
    /// Exchange data by files.
    #[command(subcommand)]
    Bundle(Bundle),
    /// Write everything to one file that a passphrase opens on an empty device.
    Backup {
        /// The file.
        file: PathBuf,
        /// What opens the file.
        #[command(flatten)]
        secret: Passphrase,
    },
    /// Make this empty device a member again from a backup.
    Restore {
        /// The file.
        file: PathBuf,
        /// What opens the file.
        #[command(flatten)]
        secret: Passphrase,
        /// Name of the person at this device.
        #[arg(long, value_name = "NAME")]
        staff: Option<String>,
        /// Name of this device.
        #[arg(long, value_name = "NAME")]
        device: Option<String>,
    },
    /// Exchange data by the relay until stopped.
    Sync(Sync),
    /// Print the digest of the records.
    Digest {
        /// One branch only.
        #[arg(long, value_name = "CODE")]
        branch: Option<String>,
    },
    /// Check everything stored.
    Verify,
    /// List what came and could not be taken, newest first, with the reasons.
    Quarantine,
    /// Print when a clock of a policy pack is due, and why; needs no store.
    Deadline(Deadline),
    /// Policy packs that come with the program, or of a folder; needs no store.
    #[command(subcommand)]
    Packs(Packs),
}

/// `deadline`.
#[derive(Debug, Clone, Args)]
pub struct Deadline {
    /// Pack id.
    #[arg(long, value_name = "ID")]
    pub pack: String,
    /// Name of a clock of the pack; a special limit has its own name.
    #[arg(long, value_name = "NAME")]
    pub clock: String,
    /// When it starts: 2026-03-10T09:15:00+08:00, 2026-03-10T09:15 or 2026-03-10 in the calendar's zone, or Unix milliseconds.
    #[arg(long, value_name = "INSTANT", allow_hyphen_values = true)]
    pub from: String,
    /// The day promised, for clocks that take one.
    #[arg(long, value_name = "DATE")]
    pub promised: Option<String>,
    /// Holidays and make-up days: a file with the header date,kind,name; those of China if not given.
    #[arg(long, value_name = "FILE")]
    pub calendar: Option<PathBuf>,
    /// Time zone: UTC, an offset such as +08:00, or a name; Asia/Shanghai if not given.
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub zone: Option<String>,
    /// Office hours of every day; 09:00-12:00,13:30-18:00 if not given.
    #[arg(long, value_name = "HOURS")]
    pub office: Option<String>,
    /// Folder of packs to use instead of those that come with the program.
    #[arg(long, value_name = "DIR")]
    pub packs: Option<PathBuf>,
}

/// `packs`.
#[derive(Debug, Clone, Subcommand)]
pub enum Packs {
    /// Check every pack and print one line for each; ends with 1 if one has a defect.
    Check {
        /// Folder of packs (*.toml); those that come with the program if not given.
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// List the packs.
    List {
        /// Folder of packs to use instead of those that come with the program.
        #[arg(long, value_name = "DIR")]
        packs: Option<PathBuf>,
    },
    /// Print one pack.
    Show {
        /// Pack id.
        id: String,
        /// Folder of packs to use instead of those that come with the program.
        #[arg(long, value_name = "DIR")]
        packs: Option<PathBuf>,
    },
}

/// `init`.
#[derive(Debug, Clone, Args)]
pub struct Init {
    /// The company's name.
    #[arg(long, value_name = "NAME")]
    pub company: String,
    /// Code of the first branch, for instance HQ.
    #[arg(long, value_name = "CODE")]
    pub branch: String,
    /// Name of the first branch; its code if not given.
    #[arg(long, value_name = "NAME")]
    pub branch_name: Option<String>,
    /// The person at this device, who becomes administrator; the user of the system if not given.
    #[arg(long, value_name = "NAME")]
    pub staff: Option<String>,
    /// Name of this device; that of the machine if not given.
    #[arg(long, value_name = "NAME")]
    pub device: Option<String>,
    /// Address of a relay.
    #[arg(long, value_name = "URL")]
    pub relay: Option<String>,
    /// Pack the company begins with, by its id; one deadline for every case if not given.
    #[arg(long, value_name = "ID")]
    pub pack: Option<String>,
}

/// `join`.
#[derive(Debug, Clone, Args)]
pub struct Join {
    /// The invitation link.
    pub link: String,
    /// The person at this device; the user of the system if not given.
    #[arg(long, value_name = "NAME")]
    pub staff: Option<String>,
    /// Name of this device; that of the machine if not given.
    #[arg(long, value_name = "NAME")]
    pub device: Option<String>,
}

/// `invite`.
#[derive(Debug, Clone, Args)]
pub struct Invite {
    /// Branch of the new device; this device's if not given.
    #[arg(long, value_name = "CODE")]
    pub branch: Option<String>,
    /// Role of the person.
    #[arg(long, value_name = "ROLE", default_value = "clerk")]
    pub role: String,
    /// Days until the link expires.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=90))]
    pub days: u32,
    /// Address the link opens; that of the relay if not given.
    #[arg(long, value_name = "URL")]
    pub base: Option<String>,
    /// The device waits until its six digits are compared: see `approve`.
    #[arg(long)]
    pub ask: bool,
}

/// `pin`.
#[derive(Debug, Clone, Subcommand)]
pub enum Pin {
    /// Set the PIN of the person at this device to the one of `--pin`, with a new key that an administrator certifies.
    Set {
        /// Change it to this one; the key stays, and `--pin` is the present PIN.
        #[arg(
            long,
            value_name = "PIN",
            env = "HUIYIN_NEW_PIN",
            hide_env_values = true
        )]
        new: Option<String>,
    },
    /// Certify the key that waits with these six digits.
    Certify {
        /// The six digits.
        #[arg(value_name = "NUMBER")]
        number: String,
    },
    /// End a key, or refuse one that waits.
    End {
        /// The key (hex), from `pin list`, or its beginning.
        key: String,
    },
    /// Print the keys.
    List,
}

/// `import`.
#[derive(Debug, Clone, Args)]
pub struct Import {
    /// The file: CSV in UTF-8 or GBK, or JSON lines.
    #[arg(required_unless_present = "fields")]
    pub file: Option<PathBuf>,
    /// Print the names of the fields that columns can be mapped to.
    #[arg(long, conflicts_with = "file")]
    pub fields: bool,
    /// What the rows are; the headers decide if not given.
    #[arg(long = "as", value_name = "KIND")]
    pub kind: Option<Plural>,
    /// Read a field from a column; an empty column leaves the field out.
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = pair)]
    pub map: Vec<(String, String)>,
    /// Count only, store nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Write rejected rows with their reasons to this CSV file.
    #[arg(long, value_name = "FILE")]
    pub errors: Option<PathBuf>,
}

/// `list`.
#[derive(Debug, Clone, Args)]
pub struct List {
    /// What to print.
    pub kind: Plural,
    /// Words looked for.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub search: String,
    /// Wanted values of a column; values of one column are alternatives.
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = pair)]
    pub filter: Vec<(String, String)>,
    /// Column to sort by.
    #[arg(long, value_name = "COLUMN", default_value = "")]
    pub sort: String,
    /// Last first.
    #[arg(long)]
    pub descending: bool,
    /// Rows wanted at most; all if not given.
    #[arg(long, value_name = "N")]
    pub limit: Option<u32>,
}

/// `pack`.
#[derive(Debug, Clone, Subcommand)]
pub enum Pack {
    /// Publish a pack that comes with the program and work by it from now on.
    Pick {
        /// Its id, from `pack list`.
        id: String,
    },
    /// Publish a pack of the company's own from a TOML file and work by it from now on.
    Publish {
        /// The file.
        file: PathBuf,
    },
    /// Work by a version published before, for cases or for another part; `none` goes back to one deadline for every case, or for
    /// another part to what the pack for cases says.
    Activate {
        /// Reference of the version or id of a pack, from `pack list`.
        reference: String,
        /// cases, file, contact, reception, grading, survey, allocation or loyalty.
        #[arg(long, value_name = "PART", default_value = "cases")]
        part: String,
    },
    /// Print the company's published versions and the packs that come with the program.
    List,
}

/// `case`.
#[derive(Debug, Clone, Subcommand)]
pub enum Case {
    /// Take a step.
    Step(Box<Step>),
}

/// `case step`.
#[derive(Debug, Clone, Args)]
pub struct Step {
    /// Record id of the case.
    pub id: String,
    /// The step, for instance accepted, assigned, investigated, answered, called_back, closed.
    #[arg(long = "step", value_name = "STEP")]
    pub name: String,
    /// Free note.
    #[arg(long, default_value = "")]
    pub note: String,
    /// Reason.
    #[arg(long, default_value = "")]
    pub reason: String,
    /// Person the case is given to.
    #[arg(long, default_value = "")]
    pub assignee: String,
    /// Department the case is given to.
    #[arg(long, default_value = "")]
    pub department: String,
    /// Branch the case is forwarded to.
    #[arg(long, default_value = "", value_name = "CODE")]
    pub to_branch: String,
    /// Cause found.
    #[arg(long, default_value = "")]
    pub cause: String,
    /// Conclusion of the investigation.
    #[arg(long, default_value = "")]
    pub conclusion: String,
    /// Countermeasure.
    #[arg(long, default_value = "")]
    pub countermeasure: String,
    /// Prevention.
    #[arg(long, default_value = "")]
    pub prevention: String,
    /// Whether the customer was satisfied.
    #[arg(long, value_name = "true|false")]
    pub satisfied: Option<bool>,
    /// Score from 1 to 5.
    #[arg(long)]
    pub score: Option<u8>,
    /// Amount in cents.
    #[arg(long, value_name = "CENTS")]
    pub amount: Option<i64>,
    /// When it happened, in Unix milliseconds; now if not given.
    #[arg(long, value_name = "MS")]
    pub at: Option<i64>,
    /// Further data of the step, for instance remedy=exchange or of=EVENT.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub data: Vec<(String, String)>,
}

/// `export`.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
pub struct Export {
    /// All live records as canonical JSON lines; `-` is standard output.
    #[arg(long, value_name = "FILE")]
    pub jsonl: Option<PathBuf>,
    /// Every document with its history as a standard Automerge file in this folder.
    #[arg(long, value_name = "DIR")]
    pub automerge: Option<PathBuf>,
}

/// `bundle`.
#[derive(Debug, Clone, Subcommand)]
pub enum Bundle {
    /// Write everything this device may pass on to a file.
    Export {
        /// The file.
        file: PathBuf,
    },
    /// Take in such a file.
    Import {
        /// The file.
        file: PathBuf,
    },
}

/// The passphrase of a backup.
#[derive(Clone, Args)]
pub struct Passphrase {
    /// Ten characters or more; better given in the environment, where other users of the machine cannot read it.
    #[arg(
        long = "passphrase",
        env = "HUIYIN_PASSPHRASE",
        hide_env_values = true,
        value_name = "TEXT"
    )]
    pub text: String,
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// `sync`.
#[derive(Debug, Clone, Args)]
pub struct Sync {
    /// End once everything is sent and received.
    #[arg(long)]
    pub once: bool,
    /// With --once: seconds without any progress after which to give up.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub patience: u32,
}

/// What rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Plural {
    /// Customer files.
    Customers,
    /// Cases.
    Cases,
}

/// What one record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Single {
    /// A customer file.
    Customer,
    /// A case.
    Case,
}

/// Reads `NAME=VALUE`.
fn pair(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .filter(|(name, _)| !name.trim().is_empty())
        .map(|(name, value)| (name.trim().to_owned(), value.to_owned()))
        .ok_or_else(|| "give it as NAME=VALUE".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_pair_is_split_at_the_first_equals_sign() {
        assert_eq!(pair("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert_eq!(pair("a="), Ok(("a".to_owned(), String::new())));
        assert!(pair("a").is_err());
        assert!(pair("=b").is_err());
    }

    #[test]
    fn store_and_json_may_stand_before_or_after_the_command() {
        for words in [
            ["huiyin", "--store", "d", "--json", "status"],
            ["huiyin", "status", "--json", "--store", "d"],
        ] {
            let arguments = Arguments::try_parse_from(words).expect("valid");
            assert!(arguments.json);
            assert_eq!(arguments.store, Some(PathBuf::from("d")));
        }
    }

    #[test]
    fn import_takes_a_file_or_the_wish_for_field_names() {
        assert!(Arguments::try_parse_from(["huiyin", "import"]).is_err());
        assert!(Arguments::try_parse_from(["huiyin", "import", "--fields"]).is_ok());
        assert!(Arguments::try_parse_from(["huiyin", "import", "a.csv", "--as", "cases"]).is_ok());
    }
}
