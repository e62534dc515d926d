// Package setting is what an account decides for all its people: time zone, language of
// numbers and dates, first day of the week, currency. What an account has not decided
// its agency has, and what nobody has decided is the factory value. Changes hold at
// once: results of Klips are computed with the values and named by them.
//
// A person may see numbers and dates in a time zone and language of their own, where the account lets them.
//
// Tables owned: account_settings, person_settings.
//
// Specification: accounts.md §20.
package setting
