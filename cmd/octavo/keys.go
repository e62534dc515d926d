package main

import (
	"context"
	"fmt"

	"octavo/internal/app"
	"octavo/internal/id"
)

// keysCommands are about the keys that secrets are sealed with.
type keysCommands struct {
	Rotate keysRotate `cmd:"" help:"Seal all secrets anew with new data keys, while the server runs. What was ended is gone on with."`
}

// keysRotate makes a new data key for every account that has one.
type keysRotate struct {
	app.Config
}

func (c *keysRotate) Run(ctx context.Context) error {
	a, err := open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	accounts, values := 0, 0
	err = a.Master.Rotate(ctx, a.DB, func(_ id.Account, n int) {
		accounts++
		values += n
	})
	if err != nil {
		return err
	}
	fmt.Printf("New keys for %d accounts; %d secrets were sealed anew.\n", accounts, values)
	return nil
}
