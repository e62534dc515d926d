// Package demo makes a demo workspace: the agency Northlight with two template
// dashboards and three clients, two of which have imported them. Shop data is
// generated and ends today; two data sources are real public data (files/README.md).
//
// Everything goes through the services, as a person would do it. Nothing here is
// needed to run the product.
package demo
