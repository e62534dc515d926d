// Package placeholder puts values into the texts of a request: {props.companyID},
// {user.emailAddress}, {company.id}, date expressions such as
// {date.startOfMonth.format("yyyyMMdd")}, {secret.NAME}, {last.refresh:2026-01-01} and
// {last.value("id"):0} of the data of before, and signatures:
// {sign.hmac(sha256, secret.key, request.method + "\n" + request.path, hex)}; and {auth.token} of a connected account that
// signs in, which has {auth.username} and {auth.password} while it does.
//
// Words. A template is a text with placeholders, read once. A position says what the
// text is: an address, a header, the body of a request. A value is escaped by the
// position, so that it can never become anything else than a value there. A name without a value and without a default is an
// error: nothing is sent, because a blank could select what belongs to all clients.
//
// Only what begins like a placeholder is one; every other brace is literal, so JSON and
// GraphQL need no escapes. \{ writes a brace before a word that would begin one.
//
// Specification: data-sources.md §4, 14.6.
package placeholder
