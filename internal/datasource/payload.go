package datasource

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/blob"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/format"
	"octavo/internal/id"
	"octavo/internal/job"
)

// Payload is the current data of one source for one person: what a Klip is computed from.
type Payload struct {
	Source     int64      // number of the source in its account
	Name       string     // shown name of the source
	ID         id.Content // 0 = nothing has arrived yet
	Hash       []byte     // of the content: equal hashes mean equal data
	ReceivedAt int64      // UTC milliseconds; 0 = never
	State      State
	DataKey    string      // of the columns in the blob store
	FileKey    string      // of the file as it came
	Tree       bool        // paths of formulas lead into the file
	Missing    string      // a variable that has no value for this person, so there is no data; "" = none
	Refused    *errs.Error // why data that was never there cannot be fetched; nil = it can
	Wanted     bool        // nobody has looked at these data lately: Want has them fetched
	Notes      []string    // what is to be known of these data: NotePartial, NoteRepeats

	family   int64    // whose content it is
	data     []byte   // of the columns, where they are not stored yet
	values   resolved // of the variables
	sent     bool     // programs push it for each set of values
	format   string
	member   string // of an archive
	fileName string
}

// candidate is a source with what decides which data of it a person sees.
type candidate struct {
	Payload
	body     body
	settings Settings
	imported bool
	off      bool // somebody switched it off
}

// Payloads gives the current data of sources of the scope's account, without asking for
// rights: whoever may see a Klip sees what its formulas make of them. Where a request has
// variables, the data are those of the values that hold for who, and of no others.
// Sources that are in the bin or not there are absent.
func (s *Service) Payloads(ctx context.Context, tx *db.Tx, who authz.Actor, nos []int64, in Choices) (map[int64]Payload, error) {
	found, err := s.candidates(ctx, tx, nos)
	if err != nil {
		return nil, err
	}
	if err := s.choose(ctx, tx, who, found, in); err != nil {
		return nil, err
	}
	out := make(map[int64]Payload, len(found))
	for _, c := range found {
		out[c.Source] = c.Payload
	}
	return out, nil
}

func (s *Service) candidates(ctx context.Context, tx *db.Tx, nos []int64) ([]*candidate, error) {
	var out []*candidate
	err := tx.Query(ctx, `
		SELECT a.no, a.name, a.suffix, COALESCE(p.id, 0), p.hash, COALESCE(p.data_key, ''), COALESCE(p.file_key, ''),
			COALESCE(p.file_name, ''), COALESCE(p.notes, ''), COALESCE(s.received_at, 0), s.state, COALESCE(s.stale_at, 0), b.json, t.json, a.origin_no IS NOT NULL,
			CASE WHEN s.off_at IS NULL THEN 0 ELSE 1 END
		FROM assets a
		JOIN bodies b ON b.id = a.body_id AND b.family_id = :family
		JOIN sources s ON s.account_id = a.account_id AND s.no = a.no
		JOIN settings t ON t.id = s.settings_id AND t.family_id = :family
		LEFT JOIN payloads p ON p.id = s.payload_id AND p.family_id = :family
		WHERE a.account_id = :account AND a.deleted_at IS NULL AND a.no IN {each :nos}`, db.Args{"nos": db.List(nos)},
		func(scan func(...any) error) error {
			c := &candidate{}
			p := &c.Payload
			var suffix, stale int64
			var text, settings, notes string
			err := scan(&p.Source, &p.Name, &suffix, &p.ID, &p.Hash, &p.DataKey, &p.FileKey, &p.fileName, &notes, &p.ReceivedAt, &p.State, &stale, &text, &settings, &c.imported, &c.off)
			if err != nil {
				return err
			}
			if c.body, err = parseBody(text); err != nil {
				return err
			}
			if c.settings, err = parseSettings(settings); err != nil {
				return err
			}
			p.State, p.Notes, p.family = p.State.at(tx.Now, stale), readNotes(notes), tx.Family()
			if p.ID == 0 && c.body.asks() == nil { // it had variables when rows came
				p.State = NoData
			}
			p.format, p.member, p.Tree, p.sent = c.body.Format, c.body.Options.Member, format.IsTree(c.body.Format), c.body.varies()
			p.Name = asset.Title(p.Name, suffix)
			out = append(out, c)
			return nil
		})
	return out, err
}

// Want notes that somebody looks at data, and has them fetched where they are not there
// or were fetched no more because nobody looked; what programs push, nobody fetches. Codes too_many_instances,
// too_many_new_values: nothing is fetched then.
func (s *Service) Want(ctx context.Context, who authz.Actor, all []Payload) error {
	counted := false
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		for _, p := range all {
			at := instanceAt{p.Source, p.values.key()}
			inst, there, err := findInstance(ctx, tx, at)
			if err != nil {
				return err
			}
			if !there && !p.sent && !counted {
				if err := s.newcomers.take(who, tx.Now); err != nil {
					return err
				}
				counted = true // also when the transaction is done again
			}
			if p.sent || there && inst.NextAt != 0 && !inst.asleep {
				_, err = tx.Exec(ctx, `UPDATE instances SET accessed_at = :now WHERE account_id = :account AND no = :no AND key = :key`,
					db.Args{"now": tx.Now, "no": at.No, "key": at.Key})
			} else if !there || inst.asked == "" {
				err = s.ask(ctx, tx, at, p.values, byView, job.Urgent)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// stored is a row of payloads, apart from its id.
type stored struct {
	Hash              []byte
	DataKey, FileKey  string // in the blob store; "" = it is in the row
	data, file        []byte // what is in the row; the file is packed
	FileName          string
	MediaType         string
	Bytes, DataBytes  int64
	RowCount, Columns int64
	Schema            Schema
	Notes             string // as writeNotes
}

// payloadKeys are where the columns and the file of a payload are.
func payloadKeys(family int64, hash []byte) (data, file string) {
	key := blob.ContentKey(fmt.Sprintf("families/%d/payloads", family), [sha256.Size]byte(hash))
	return key + ".data", key + ".file.zst"
}

// inRow is how much of a payload's columns, and of its packed file, its row may hold, in bytes. Most data that is fetched is
// smaller.
const inRow = 32 << 10

// storeColumns stores the columns of a payload, in its row where they are small.
func (s *Service) storeColumns(ctx context.Context, p *stored, columns *spool) (err error) {
	if columns.file == nil && columns.size <= inRow {
		p.DataKey = ""
		p.data, err = columns.head(inRow)
		return err
	}
	if there, err := s.blobs.Exists(ctx, p.DataKey); err != nil || there {
		return err
	}
	_, _, err = s.blobs.Put(ctx, p.DataKey, columns.whole())
	return err
}

// storeOriginal stores the file of a payload, in its row where it is small.
func (s *Service) storeOriginal(ctx context.Context, p *stored, file *spool) error {
	if file.file == nil {
		plain, err := file.head(inMemory)
		if err != nil {
			return err
		}
		if packed := s.packs.EncodeAll(plain, nil); len(packed) <= inRow {
			p.FileKey, p.file = "", packed
			return nil
		}
	}
	if there, err := s.blobs.Exists(ctx, p.FileKey); err != nil || there {
		return err
	}
	return s.storeFile(ctx, p.FileKey, file)
}

// columnsIn reads the columns of a small payload out of its row. Code blob_not_found.
func (s *Service) columnsIn(ctx context.Context, p Payload) ([]byte, error) {
	return s.inRow(ctx, p.family, p.ID, `SELECT data FROM payloads WHERE family_id = :family AND id = :id AND data IS NOT NULL`)
}

// openOriginal opens the file of a payload as it came. Code blob_not_found.
func (s *Service) openOriginal(ctx context.Context, family int64, payload id.Content, key string) (io.ReadCloser, error) {
	if key != "" {
		return openFile(ctx, s.blobs, key)
	}
	packed, err := s.inRow(ctx, family, payload, `SELECT file FROM payloads WHERE family_id = :family AND id = :id AND file IS NOT NULL`)
	if err != nil {
		return nil, err
	}
	return unpacked(io.NopCloser(bytes.NewReader(packed)))
}

// inRow reads a part of a payload by a statement that gives it.
func (s *Service) inRow(ctx context.Context, family int64, payload id.Content, text string) (part []byte, err error) {
	var found bool
	agency := id.NewAccount(family, 1)
	err = s.db.Read(ctx, db.Account(agency), func(tx *db.Tx) (err error) {
		found, err = tx.One(ctx, text, db.Args{"id": payload}, &part)
		return err
	})
	if err == nil && !found {
		err = errs.New(errs.NotFound, "blob_not_found", "The stored file is missing.")
	}
	return part, err
}

// orNone is null for what is not in the row.
func orNone(part []byte) any {
	if part == nil {
		return nil
	}
	return part
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
			row_count, column_count, schema_json, notes, created_at, data, file)
		VALUES (:id, :family, :hash, :data_key, :file_key, :file_name, :media_type, :bytes, :data_bytes,
			:row_count, :column_count, :schema_json, :notes, :now, :data, :file)
		ON CONFLICT (family_id, hash) DO UPDATE SET unused_since = NULL RETURNING id`, db.Args{
		"id": s.ids.Content(), "hash": p.Hash, "data_key": p.DataKey, "file_key": p.FileKey, "file_name": p.FileName,
		"media_type": p.MediaType, "bytes": p.Bytes, "data_bytes": p.DataBytes, "row_count": p.RowCount,
		"column_count": p.Columns, "schema_json": string(schema), "notes": p.Notes, "now": tx.Now, "data": orNone(p.data), "file": orNone(p.file),
	}, &got)
	return got, err
}
