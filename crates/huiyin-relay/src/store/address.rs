//! Where a store is: a file, or a database.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use super::{PostgresStore, SqliteStore, Store, StoreError};

/// Names a store. Shown without the password.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreAddress {
    /// A file, made if it does not exist.
    File(PathBuf),
    /// A PostgreSQL database, `postgres://…`, whose tables are made if they do not exist.
    Postgres(String),
}

impl FromStr for StoreAddress {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let is_database = ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| text.starts_with(scheme));
        Ok(if is_database {
            Self::Postgres(text.to_owned())
        } else {
            Self::File(text.into())
        })
    }
}

impl From<PathBuf> for StoreAddress {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl fmt::Display for StoreAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(out, "{}", path.display()),
            Self::Postgres(url) => out.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for StoreAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "StoreAddress({self})")
    }
}

/// Returns the address without what stands between user and host, and without parameters, which may hold a password too.
pub(super) fn without_password(url: &str) -> String {
    let url = url.split('?').next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else {
        return String::new();
    };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{host}")
        }
        None => url.to_owned(),
    }
}

impl StoreAddress {
    /// Returns the store at this address. For a database, certificates are judged by the authority in the PEM file `ca`, or by
    /// the system's.
    ///
    /// # Errors
    /// [`StoreError`], each a sentence for whoever started the relay.
    pub async fn open(&self, ca: Option<PathBuf>) -> Result<Arc<dyn Store>, StoreError> {
        Ok(match self {
            Self::File(path) => Arc::new(SqliteStore::open(path)?),
            Self::Postgres(url) => Arc::new(PostgresStore::open(url, ca.as_deref()).await?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_file_unless_it_names_a_database_and_never_shows_its_password() {
        #[track_caller]
        fn check(text: &str, shown: &str, is_database: bool) {
            let address: StoreAddress = text.parse().unwrap_or_else(|never| match never {});
            assert_eq!(address.to_string(), shown);
            assert_eq!(matches!(address, StoreAddress::Postgres(_)), is_database);
            assert!(!format!("{address:?}").contains("secret"));
        }
        check("relay.db", "relay.db", false);
        check("/var/lib/x.db", "/var/lib/x.db", false);
        check(
            "postgres://huiyin:secret@db.example:5432/huiyin?sslmode=require",
            "postgres://huiyin@db.example:5432/huiyin",
            true,
        );
        check(
            "postgresql:///relay?password=secret&host=/run/postgresql",
            "postgresql:///relay",
            true,
        );
        check("postgres://a:se@secret@h/d", "postgres://a@h/d", true);
    }
}
