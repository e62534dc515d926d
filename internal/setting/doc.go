// Package setting is what an account decides for all its people: time zone, language of
// numbers and dates, first day of the week, currency. What an account has not decided
// its agency has, and what nobody has decided is the factory value. Changes hold at
// once: results of Klips are computed with the values and named by them.
//
// Table owned: account_settings.
//
// Specification: accounts.md §20.
package setting
