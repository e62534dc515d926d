// Package secret seals values that nobody may read in the database or in a backup:
// AES-256-GCM with a data key of the account, and the data keys themselves sealed by
// the master key of the installation. The master key is in a file of the data folder
// or in a setting, never in the database.
//
// Each sealed value is bound to its place (account, table, row, column): bytes that are
// moved to another row do not open there.
//
// Table owned: data_keys. An account may have several; the newest seals, each opens
// what it has sealed, until Rotate has sealed that anew. Removing the rows of an account makes its secrets unreadable for
// good.
package secret
