package asset

// TablesOfAssets are the tables that purge empties.
var TablesOfAssets = ofAsset
