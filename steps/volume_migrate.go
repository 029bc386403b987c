package steps

import (
	"context"
	"fmt"
	"slices"
)

func (w *World) migrationSteps(sc registrar) {
	step(sc, `a volume type {string} of another backend than the volume {string}`, w.givenTypeElsewhere)
	step(sc, `{who} migrates? the volume {string} to another backend`, w.migrate)
	step(sc, `{who} changes? the type of the volume {string} to {string}, which may migrate it`, w.retypeMigrating)
	step(sc, `the volume {string} arrives on another backend`, w.arrives)
	step(sc, `the volume {string} stays on its backend`, w.stays)
}

// backend is a pool, as the scheduler tells of it.
type backend struct {
	Host         string `json:"name"`
	Capabilities struct {
		Name string `json:"volume_backend_name"`
	} `json:"capabilities"`
}

// elsewhere finds a backend that a volume is not on, and keeps the one that it is on for later steps. A cloud that has no
// other skips the scenario.
func (w *World) elsewhere(ctx context.Context, name string) (backend, error) {
	v, err := w.volume(ctx, name)
	if err != nil {
		return backend{}, err
	}
	here, _ := v["os-vol-host-attr:host"].(string)
	c, err := w.BlockStorage(ctx, Admin)
	if err != nil {
		return backend{}, err
	}
	var body struct{ Pools []backend }
	if _, err := c.Get(ctx, c.ServiceURL("scheduler-stats", "get_pools?detail=true"), &body, nil); err != nil {
		return backend{}, err
	}
	for _, b := range body.Pools {
		if b.Host != here && b.Capabilities.Name != "" {
			w.origin = here
			return b, nil
		}
	}
	return backend{}, w.Skip("needs two backends")
}

// givenTypeElsewhere is
//
//	Given a volume type "far" of another backend than the volume "boot"
func (w *World) givenTypeElsewhere(ctx context.Context, name, volume string) error {
	b, err := w.elsewhere(ctx, volume)
	if err != nil {
		return err
	}
	err = w.postType(ctx, administrator, name, map[string]string{"volume_backend_name": b.Capabilities.Name})
	if n := len(w.made); err == nil { // the volume, which was there before the type, goes before it, too
		w.made = slices.Concat(w.made[n-1:], w.made[:n-1])
	}
	return err
}

// migrate is
//
//	When the administrator migrates the volume "boot" to another backend
func (w *World) migrate(ctx context.Context, who, name string) error {
	b, err := w.elsewhere(ctx, name)
	if err != nil {
		return err
	}
	return w.volumeAction(ctx, act(who), name, "os-migrate_volume", map[string]any{"host": b.Host})
}

// retypeMigrating is
//
//	When I change the type of the volume "boot" to "far", which may migrate it
func (w *World) retypeMigrating(ctx context.Context, who, name, to string) error {
	id, err := w.Types.ID(to)
	if err != nil {
		return err
	}
	return w.volumeAction(ctx, act(who), name, "os-retype", map[string]any{"new_type": id, "migration_policy": "on-demand"})
}

// arrives is
//
//	Then the volume "boot" arrives on another backend
//
// than the one it was on before it was to migrate.
func (w *World) arrives(ctx context.Context, name string) error {
	return w.await(ctx, fmt.Sprintf("the volume %q is on another backend than %s", name, w.origin), func(ctx context.Context) (bool, string, error) {
		v, err := w.volume(ctx, name)
		if err != nil {
			return false, "", err
		}
		told := fmt.Sprintf("it is on %v, its migration is %v", v["os-vol-host-attr:host"], v["migration_status"])
		return v["migration_status"] == "success" && v["os-vol-host-attr:host"] != w.origin, told, nil
	})
}

// stays is
//
//	Then the volume "boot" stays on its backend
//
// because its migration fails.
func (w *World) stays(ctx context.Context, name string) error {
	return w.await(ctx, fmt.Sprintf("the migration of the volume %q fails", name), func(ctx context.Context) (bool, string, error) {
		v, err := w.volume(ctx, name)
		if err != nil {
			return false, "", err
		}
		told := fmt.Sprintf("it is on %v, its migration is %v", v["os-vol-host-attr:host"], v["migration_status"])
		return v["migration_status"] == "error" && v["os-vol-host-attr:host"] == w.origin, told, nil
	})
}
