// Package rest reads data from a web address: one request, or one for each page of an
// answer that comes in pages.
//
// Words. A spec is the request as its author wrote it, with placeholders; it is the part
// of a data source's body that is called request. Prepare fills the placeholders, once
// for all parts. Fetch sends what was prepared and writes the answer; pages are joined to
// one JSON list of records. A round is one request of those that are made with the values of a
// list, or with windows of time; each may have pages of its own. A signature of the request is
// made last, of all but the rows that hold one.
//
// What holds always:
//   - nothing is sent while a placeholder has no value;
//   - a page that fails after its repeats fails the whole reading: no half data, unless the request allows it, and then it is said;
//   - the next page is asked from the origin of the first one only;
//   - secrets are in no error, and masked in everything that is shown of a request.
//
// Specification: data-sources.md §4, 5.2, 6.5, 6.6 (built-in rules), 10.5, 14.
package rest
