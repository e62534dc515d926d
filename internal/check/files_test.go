package check_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"octavo/internal/blob"
	"octavo/internal/check"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/fixture"
)

// What a payload has is in its row or in the store, and what is in neither is found.
func TestCheckFindsPayloadsWithoutContent(t *testing.T) {
	f := fixture.New(t, dbtest.Open(t))
	blobs, err := blob.Open(t.Context(), "file://"+filepath.ToSlash(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer blobs.Close()
	put := func(id int, key string, content any) string {
		t.Helper()
		err := f.DB.Tx(t.Context(), db.Account(f.Solstice.ID), func(tx *db.Tx) error {
			return tx.Insert(t.Context(), "payloads", []string{"family_id", "id", "hash", "data_key", "file_key", "file_name", "media_type", "bytes", "data_bytes",
				"row_count", "column_count", "schema_json", "created_at", "data", "file"},
				[][]any{{f.Solstice.ID.Family(), id, []byte{byte(id)}, key, key, "f", "", 1, 1, 1, 1, "{}", 0, content, content}})
		})
		if err != nil {
			t.Fatal(err)
		}
		found, err := check.Run(t.Context(), f.DB, blobs)
		if err != nil {
			t.Fatal(err)
		}
		var sb strings.Builder
		for _, one := range found {
			fmt.Fprintln(&sb, one)
		}
		return sb.String()
	}
	if found := put(901, "", []byte("x")); strings.Contains(found, "payload_stored") {
		t.Errorf("what is in the row: %s", found)
	}
	if found := put(902, "", nil); !strings.Contains(found, "payload 902") {
		t.Errorf("what is nowhere: %s", found)
	}
	if found := put(903, "families/1/payloads/none.data", nil); !strings.Contains(found, "none.data") {
		t.Errorf("what the store does not have: %s", found)
	}
}
