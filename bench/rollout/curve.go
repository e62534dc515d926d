package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
)

// atOnce is how many clients one roll-out takes at most.
const atOnce = 1000

// curve rolls the template out until 100, 300 … 10,000 clients have it, and then updates one Klip of theirs in all of
// them: both should cost the same for each client, however many there are.
func (b *bench) curve(ctx context.Context) error {
	fmt.Println("clients   roll-out of the new ones          update of one Klip in all")
	have, round := 0, 0
	for _, want := range []int{100, 300, 1000, 3000, 10_000} {
		b.t.plan, b.t.rollOut = nil, nil
		added := want - have
		for have < want {
			slugs, last, err := b.clients(ctx, round, min(atOnce, want-have))
			if err != nil {
				return err
			}
			if _, err := b.timed(slugs); err != nil {
				return err
			}
			if err := b.check(ctx, last); err != nil {
				return err
			}
			have, round = have+len(slugs), round+1
		}
		var took time.Duration
		for i := range b.t.plan {
			took += b.t.plan[i] + b.t.rollOut[i]
		}
		pushed, err := b.push(ctx, want, want)
		if err != nil {
			return err
		}
		fmt.Printf("%7d  %7.0f ms  %5.2f ms a client      %7.0f ms  %6.3f ms a client\n", want, ms(took), ms(took)/float64(added), ms(pushed), ms(pushed)/float64(want))
	}
	return nil
}

// push gives the first Klip a new version and updates it in all clients, over HTTP: the list with its checks, then the
// update. The answer is checked before the time counts.
func (b *bench) push(ctx context.Context, n, clients int) (time.Duration, error) {
	if err := b.save(ctx, n); err != nil {
		return 0, err
	}
	path := "/agency/klips/" + b.app.Keys.IDs.Format(b.made[0])
	var plan struct {
		PlanID string `json:"plan_id"`
		Behind int    `json:"behind"`
	}
	var done struct {
		Updated int `json:"updated"`
	}
	begun := time.Now()
	if err := b.call("GET", path+"/instances", nil, &plan); err != nil {
		return 0, err
	}
	if err := b.call("POST", path+"/update-instances", map[string]any{"plan_id": plan.PlanID}, &done); err != nil {
		return 0, err
	}
	took := time.Since(begun)
	if plan.Behind != clients || done.Updated != clients {
		return 0, fmt.Errorf("of %d clients %d were behind and %d updated", clients, plan.Behind, done.Updated)
	}
	return took, nil
}

// save writes a new version of the first Klip, with the same wires.
func (b *bench) save(ctx context.Context, n int) error {
	return b.app.DB.Tx(ctx, db.Account(b.agency.ID), func(tx *db.Tx) error {
		a, err := b.app.Assets.Viewable(ctx, tx, b.admin, b.made[0].No)
		if err != nil {
			return err
		}
		wires, err := b.app.Assets.Slots(ctx, tx, a.Key.No)
		if err != nil {
			return err
		}
		content := content(asset.Klip, map[string]any{"title": a.Name, "text": strings.Repeat("y", 4000), "n": fmt.Sprint("push ", n)}, wires)
		_, err = b.app.Assets.Save(ctx, tx, b.admin, authz.KlipEdit, a.Key.No, a.Version, a.Name, content)
		return err
	})
}
