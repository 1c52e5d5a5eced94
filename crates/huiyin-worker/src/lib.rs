//! The engine in a Web Worker: IndexedDB, Web Locks, sockets.
