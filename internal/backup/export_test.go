package backup

// FileColumns is seen by tests outside of the package.
var FileColumns = fileColumns
