package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
)

// kinds are what Cinder works on in the background, besides volumes: the collections that they are in.
var kinds = map[string]string{
	"snapshot": "snapshots", "backup": "backups", "group": "groups", "group snapshot": "group_snapshots",
}

// own names what a request made, for all steps that follow, and has it removed when the scenario ends.
func (w *World) own(service, path, name, id string) {
	if service == "Cinder" {
		w.ownOfCinder(collectionOf(path), name, id)
		return
	}
	w.Others.Set(name, id)
	w.remove(thing(path, id, name), func(ctx context.Context) error {
		c, err := w.clientOf(ctx, Admin, service)
		if err == nil {
			_, err = c.Delete(ctx, c.ServiceURL(path, id), nil)
		}
		if gone(err) {
			return nil
		}
		return err
	})
}

// collectionOf is where what a POST to a path makes is found afterwards.
func collectionOf(path string) string {
	switch path {
	case "groups/action":
		return "groups"
	case "backups/import_record":
		return "backups"
	}
	return path
}

func (w *World) ownOfCinder(collection, name, id string) {
	if collection == "volumes" {
		w.OwnVolume(name, id)
		return
	}
	w.Others.Set(name, id)
	microversion := w.microversion // the one that it was made with knows it
	w.remove(thing(collection, id, name), func(ctx context.Context) error {
		c, err := w.BlockStorage(ctx, Admin)
		if err != nil {
			return err
		}
		c.Microversion = microversion
		return w.dropOfCinder(ctx, c, collection, id)
	})
}

// dropOfCinder deletes something as soon as nothing happens to it any more, and sees it go.
func (w *World) dropOfCinder(ctx context.Context, c *gophercloud.ServiceClient, collection, id string) error {
	asked := false
	return w.await(ctx, collection+" "+id+" is gone", func(ctx context.Context) (bool, string, error) {
		var refused gophercloud.ErrUnexpectedResponseCode
		if !asked {
			err := deleteOfCinder(ctx, c, collection, id)
			switch {
			case gone(err):
				return true, "gone", nil
			case errors.As(err, &refused) && slices.Contains([]int{http.StatusBadRequest, http.StatusConflict}, refused.Actual):
				return false, string(refused.Body), nil
			case err != nil:
				return false, "", err
			}
			asked = true
		}
		_, err := c.Get(ctx, c.ServiceURL(collection, id), new(any), nil)
		if gone(err) {
			return true, "gone", nil
		}
		return false, "it is still there", err
	})
}

func deleteOfCinder(ctx context.Context, c *gophercloud.ServiceClient, collection, id string) error {
	if collection != "groups" {
		_, err := c.Delete(ctx, c.ServiceURL(collection, id), accepted())
		return err
	}
	body := map[string]any{"delete": map[string]any{"delete-volumes": true}}
	_, err := c.Post(ctx, c.ServiceURL(collection, id, "action"), body, nil, accepted())
	return err
}

// madeVolume is
//
//	When "restore.volume_id" of the answer is the volume "restored"
//
// which a request made besides what it was for; it is removed when the scenario ends.
func (w *World) madeVolume(path, name string) error {
	body, err := w.answered()
	if err != nil {
		return err
	}
	v, _ := follow(body, strings.Split(path, "."))
	id, ok := v.(string)
	if !ok {
		return fmt.Errorf("the answer does not say %q", path)
	}
	w.OwnVolume(name, id)
	return nil
}

// ofCinder reads something as the administrator sees it.
func (w *World) ofCinder(ctx context.Context, kind, name string) (map[string]any, error) {
	id, err := w.Others.ID(name)
	if err != nil {
		return nil, err
	}
	c, err := w.BlockStorage(ctx, Admin)
	if err != nil {
		return nil, err
	}
	var body map[string]map[string]any
	_, err = c.Get(ctx, c.ServiceURL(kinds[kind], id), &body, nil)
	return body[strings.ReplaceAll(kind, " ", "_")], err
}

// thingBecomes is
//
//	Then the snapshot "monday" becomes "available"
func (w *World) thingBecomes(ctx context.Context, kind, name, status string) error {
	return w.await(ctx, fmt.Sprintf("the %s %q is %s", kind, name, status), func(ctx context.Context) (bool, string, error) {
		v, err := w.ofCinder(ctx, kind, name)
		if err != nil {
			return false, "", err
		}
		now := fmt.Sprint(v["status"])
		if now != status && strings.HasPrefix(now, "error") {
			return false, now, fmt.Errorf("it ended in %s", now)
		}
		return now == status, now, nil
	})
}

// thingDisappears is
//
//	Then the snapshot "monday" disappears
func (w *World) thingDisappears(ctx context.Context, kind, name string) error {
	return w.await(ctx, fmt.Sprintf("the %s %q is gone", kind, name), func(ctx context.Context) (bool, string, error) {
		v, err := w.ofCinder(ctx, kind, name)
		if gone(err) {
			return true, "gone", nil
		}
		return false, fmt.Sprint(v["status"]), err
	})
}
