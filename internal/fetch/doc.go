// Package fetch is the one way by which data comes in over HTTP. What people type as an
// address, and where a server's answer sends us on, is hostile until looked at: each
// connection is made to an address that was checked at that moment, so a name that
// answers differently the second time, a redirect or a clever way to write a number
// leads nowhere inside the operator's network.
//
//   - Addresses that are not public are refused: this machine, private and link-local
//     networks, the metadata service of clouds, multicast, and IPv6 forms that carry such
//     an address. The operator lists exceptions (ParseAllow).
//   - Only http and https, ports 80, 443 and those above 1024; no proxy of the
//     environment; no name and password inside an address.
//   - An answer has limits of time, of header and of unpacked body, which hold while it is read.
//   - No error holds an address beyond its host, a header or a part of a body, for each may
//     hold a secret.
//
// It knows no account and no database. Specification: data-sources.md §5.2, §10.7, §14.
package fetch
