//! What people do with one or a few devices, told from the door of the engine: requests in, answers out.

mod bundles;
mod first_run;
mod imports;
mod invitations;
mod relay;
mod talk;
mod trouble;
