package datasource

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"octavo/internal/asset"
	"octavo/internal/blob"
	"octavo/internal/db"
	"octavo/internal/format"
	"octavo/internal/id"
)

// Payload is the current data of one source: what a Klip is computed from.
type Payload struct {
	Source     int64      // number of the source in its account
	Name       string     // shown name of the source
	ID         id.Content // 0 = nothing has arrived yet
	Hash       []byte     // of the content: equal hashes mean equal data
	ReceivedAt int64      // UTC milliseconds; 0 = never
	State      State
	DataKey    string // of the columns in the blob store
	FileKey    string // of the file as it came
	Tree       bool   // paths of formulas lead into the file
	format     string
	member     string // of an archive
	fileName   string
}

// Payloads gives the current data of sources of the scope's account, without
// asking for rights: whoever may see a Klip sees what its formulas make of them.
// Sources that are in the bin or not there are absent.
func (s *Service) Payloads(ctx context.Context, tx *db.Tx, nos []int64) (map[int64]Payload, error) {
	out := make(map[int64]Payload, len(nos))
	err := tx.Query(ctx, `
		SELECT a.no, a.name, a.suffix, COALESCE(p.id, 0), p.hash, COALESCE(p.data_key, ''), COALESCE(p.file_key, ''),
			COALESCE(p.file_name, ''), COALESCE(s.received_at, 0), s.state, b.json
		FROM assets a
		JOIN bodies b ON b.id = a.body_id AND b.family_id = :family
		JOIN sources s ON s.account_id = a.account_id AND s.no = a.no
		LEFT JOIN payloads p ON p.id = s.payload_id AND p.family_id = :family
		WHERE a.account_id = :account AND a.deleted_at IS NULL AND a.no IN {each :nos}`, db.Args{"nos": db.List(nos)},
		func(scan func(...any) error) error {
			var p Payload
			var suffix int64
			var text string
			if err := scan(&p.Source, &p.Name, &suffix, &p.ID, &p.Hash, &p.DataKey, &p.FileKey, &p.fileName, &p.ReceivedAt, &p.State, &text); err != nil {
				return err
			}
			b, err := parseBody(text)
			if err != nil {
				return err
			}
			p.format, p.member, p.Tree = b.Format, b.Options.Member, format.IsTree(b.Format)
			p.Name = asset.Title(p.Name, suffix)
			out[p.Source] = p
			return nil
		})
	return out, err
}

// stored is a row of payloads, apart from its id.
type stored struct {
	Hash              []byte
	DataKey, FileKey  string
	FileName          string
	MediaType         string
	Bytes, DataBytes  int64
	RowCount, Columns int64
	Schema            Schema
}

// payloadKeys are where the columns and the file of a payload are.
func payloadKeys(family int64, hash []byte) (data, file string) {
	key := blob.ContentKey(fmt.Sprintf("families/%d/payloads", family), [sha256.Size]byte(hash))
	return key + ".data", key + ".file.zst"
}

// insertPayload stores the row of a payload whose files are there, or finds the one that is there.
func (s *Service) insertPayload(ctx context.Context, tx *db.Tx, p *stored) (id.Content, error) {
	schema, err := json.Marshal(p.Schema)
	if err != nil {
		return 0, err
	}
	var got id.Content
	_, err = tx.One(ctx, `
		INSERT INTO payloads (id, family_id, hash, data_key, file_key, file_name, media_type, bytes, data_bytes,
			row_count, column_count, schema_json, created_at)
		VALUES (:id, :family, :hash, :data_key, :file_key, :file_name, :media_type, :bytes, :data_bytes,
			:row_count, :column_count, :schema_json, :now)
		ON CONFLICT (family_id, hash) DO UPDATE SET unused_since = NULL RETURNING id`, db.Args{
		"id": s.ids.Content(), "hash": p.Hash, "data_key": p.DataKey, "file_key": p.FileKey, "file_name": p.FileName,
		"media_type": p.MediaType, "bytes": p.Bytes, "data_bytes": p.DataBytes, "row_count": p.RowCount,
		"column_count": p.Columns, "schema_json": string(schema), "now": tx.Now,
	}, &got)
	return got, err
}
