package datasource

import (
	"context"
	"maps"
	"slices"

	"octavo/internal/authz"
	"octavo/internal/db"
)

// lookedAt is how long a look at an instance holds, before it is noted again.
const lookedAt = 3600_000

// choose finds the data of sources that are fetched, or pushed for sets of values, for the values that hold for a person:
// in as many statements for all of them as for one.
func (s *Service) choose(ctx context.Context, tx *db.Tx, who authz.Actor, all []*candidate, in Choices) error {
	readers := map[*candidate]reader{}
	names := map[string]bool{}
	for _, c := range all {
		if c.body.asks() == nil && !c.body.varies() {
			continue
		}
		def := definition{body: c.body, settings: c.settings, imported: c.imported}
		readers[c] = def.reader()
		for _, name := range readers[c].names {
			names[name] = true
		}
	}
	if len(readers) == 0 {
		return nil
	}
	known, err := s.readLevels(ctx, tx, who, slices.Sorted(maps.Keys(names)))
	if err != nil {
		return err
	}
	wanted := map[instanceAt]*candidate{}
	for c, r := range readers {
		c.values = known.resolve(r, in)
		c.Missing = c.values.lacks(c.body)
		c.none(NoData)
		if c.Missing == "" {
			wanted[instanceAt{c.Source, c.values.key()}] = c
		}
	}
	if err := readChosen(ctx, tx, wanted); err != nil {
		return err
	}
	if err := s.refuseCrowded(ctx, tx, wanted); err != nil {
		return err
	}
	for c := range readers {
		c.rest()
	}
	return nil
}

// rest lets the data of a source that is switched off be what they are: nobody fetches others.
func (c *candidate) rest() {
	if !c.off || c.Missing != "" {
		return
	}
	c.Wanted, c.State = false, Off
	if c.ID == 0 {
		c.State, c.Refused = NoData, sourceOff()
	}
}

// none takes the data of a candidate away that are not those of the person.
func (c *candidate) none(state State) {
	c.ID, c.Hash, c.DataKey, c.FileKey, c.fileName, c.ReceivedAt, c.State, c.Notes = 0, nil, "", "", "", 0, state, nil
}

// readChosen fills in the instances that are there, and takes them from wanted.
func readChosen(ctx context.Context, tx *db.Tx, wanted map[instanceAt]*candidate) error {
	nos, keys := split(wanted)
	return tx.Query(ctx, `SELECT i.no, i.key, i.state, COALESCE(i.payload_id, 0), COALESCE(i.received_at, 0), i.accessed_at, i.pinned, COALESCE(i.next_at, 0),
			COALESCE(i.tried_at, 0), i.asleep, COALESCE(i.stale_at, 0), p.hash, COALESCE(p.data_key, ''), COALESCE(p.file_key, ''), COALESCE(p.file_name, ''), COALESCE(p.notes, '')
		FROM instances i LEFT JOIN payloads p ON p.id = i.payload_id AND p.family_id = :family
		WHERE i.account_id = :account AND i.no IN {each :nos} AND i.key IN {words :keys}`, db.Args{"nos": db.List(nos), "keys": db.Words(keys)},
		func(scan func(...any) error) error {
			var at instanceAt
			var inst Instance
			var data, file, name, notes string
			err := scan(&at.No, &at.Key, &inst.State, &inst.Payload, &inst.ReceivedAt, &inst.AccessedAt, &inst.Pinned, &inst.NextAt, &inst.TriedAt, &inst.asleep,
				&inst.staleAt, &inst.hash, &data, &file, &name, &notes)
			c, mine := wanted[at]
			if err != nil || !mine { // the same values of another source
				return err
			}
			delete(wanted, at)
			c.ID, c.Hash, c.DataKey, c.FileKey, c.fileName, c.ReceivedAt = inst.Payload, inst.hash, data, file, name, inst.ReceivedAt
			c.State, c.Notes = inst.State.at(tx.Now, inst.staleAt), readNotes(notes)
			if inst.Payload == 0 && inst.TriedAt == 0 {
				c.State = Loading
			}
			idle := inst.asleep || c.settings.Refresh.planned() && inst.NextAt == 0 && inst.State != Disabled && inst.TriedAt != 0
			c.Wanted = idle || tx.Now-inst.AccessedAt > lookedAt && !inst.Pinned
			return nil
		})
}

// refuseCrowded says of what is not there that it will be, or that there is no room for it.
func (s *Service) refuseCrowded(ctx context.Context, tx *db.Tx, wanted map[instanceAt]*candidate) error {
	if len(wanted) == 0 {
		return nil
	}
	nos, _ := split(wanted)
	full := map[int64]bool{}
	err := tx.Query(ctx, `SELECT no FROM instances WHERE account_id = :account AND no IN {each :nos} GROUP BY no HAVING COUNT(*) >= CAST(:most AS bigint)`,
		db.Args{"nos": db.List(nos), "most": s.cfg.Instances}, func(scan func(...any) error) error {
			var no int64
			err := scan(&no)
			full[no] = true
			return err
		})
	for at, c := range wanted {
		if c.body.varies() { // nothing was pushed for these values
			continue
		}
		c.State, c.Wanted = Loading, true
		if at.Key != "" && full[at.No] {
			c.State, c.Wanted, c.Refused = NoData, false, s.tooMany()
		}
	}
	return err
}

// split gives the numbers and keys of instances, each once.
func split(all map[instanceAt]*candidate) (nos []int64, keys []string) {
	for at := range all {
		nos, keys = append(nos, at.No), append(keys, at.Key)
	}
	slices.Sort(keys)
	return slices.Sorted(slices.Values(nos)), slices.Compact(keys)
}
