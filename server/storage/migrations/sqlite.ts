/** Steps from an empty file to today's tables; a file says in `user_version` how many it has taken. Only ever append. */
export const SQLITE_MIGRATIONS: readonly string[] = [
  `CREATE TABLE logs (
     number INTEGER PRIMARY KEY,
     name TEXT NOT NULL UNIQUE,
     last INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE entries (
     log INTEGER NOT NULL,
     seq INTEGER NOT NULL,
     id TEXT NOT NULL,
     value TEXT NOT NULL,
     PRIMARY KEY (log, seq),
     UNIQUE (log, id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE records (
     key TEXT NOT NULL PRIMARY KEY,
     value TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;`,
]
