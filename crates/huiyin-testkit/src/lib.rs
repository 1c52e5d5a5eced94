//! Seeded simulation of devices, relay, disks and clocks. Dev only.
