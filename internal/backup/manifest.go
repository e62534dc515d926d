package backup

import (
	"context"
	"io"
	"time"

	"octavo/internal/blob"
	"octavo/internal/db"
)

// format is the version of the file's form, raised when an older program could not read it.
const format = 1

// Names in the archive.
const (
	manifestName = "manifest.json"
	tablePrefix  = "tables/"
	filePrefix   = "files/"
)

// Manifest says what a backup holds.
type Manifest struct {
	Format    int       `json:"format"`
	Product   string    `json:"product"`   // version of the program that wrote it
	Engine    string    `json:"engine"`    // "sqlite" or "postgres"; for people, it makes no difference
	Migration int64     `json:"migration"` // number of the last migration of the tables
	MadeAt    time.Time `json:"made_at"`
	Tables    []Table   `json:"tables"`
	Members   []Member  `json:"members"` // in the order of the file, manifest.json left out
}

// Table is a table with the number of its rows.
type Table struct {
	db.Table
	Rows int64 `json:"rows"`
}

// Member is one part of the archive.
type Member struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // hex
}

// Rows is the number of rows of all tables.
func (m *Manifest) Rows() int64 {
	var n int64
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Files gives the number of stored files and their bytes.
func (m *Manifest) Files() (number int, bytes int64) {
	for _, p := range m.Members {
		if _, is := fileKey(p.Name); is {
			number++
			bytes += p.Size
		}
	}
	return number, bytes
}

// Files is the store of files, a *blob.Store.
type Files interface {
	GetSized(ctx context.Context, key string) (io.ReadCloser, int64, error)
	Put(ctx context.Context, key string, r io.Reader) (int64, [32]byte, error)
	List(ctx context.Context, prefix string) ([]blob.Object, error)
}

// Installation is what is saved or filled.
type Installation struct {
	DB    *db.DB
	Files Files
}

// fileColumns are the columns that name stored files; an empty text names none. A
// test finds a column that ends in _key and is not here.
var fileColumns = map[string][]string{
	"payloads": {"data_key", "file_key"},
	"uploads":  {"data_key", "file_key"},
}
