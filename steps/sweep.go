package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
)

// Leftover is something that scenarios, or whoever prepared the cloud for them, made and that is still there.
type Leftover struct {
	Kind, ID, Name string

	remove func(context.Context) error
}

// String is its kind, its id and its name.
func (l Leftover) String() string { return fmt.Sprintf("%s %s (%q)", l.Kind, l.ID, l.Name) }

// Remove removes it, and waits until it is gone. What is gone already is no error.
func (l Leftover) Remove(ctx context.Context) error {
	if err := l.remove(ctx); err != nil && !gone(err) {
		return fmt.Errorf("removing %s: %w", l, err)
	}
	return nil
}

// Leftovers finds what scenarios have left behind: servers, volumes and what is made of them, images, volume types, users,
// projects and more whose names begin with a prefix, in the order in which they can be removed. NamePrefix finds that of all
// runs, Prefix that of this one.
func (t *RunningCloud) Leftovers(ctx context.Context, prefix string) ([]Leftover, error) {
	if !strings.HasPrefix(prefix, NamePrefix) {
		return nil, fmt.Errorf("prefix %q: want one that begins with %s, so that nothing else is found", prefix, NamePrefix)
	}
	w := t.broom()
	var list []Leftover
	var errs []error
	for _, k := range litter() {
		found, err := w.leftOf(ctx, k, prefix)
		list, errs = append(list, found...), append(errs, err)
	}
	return list, errors.Join(errs...)
}

// litterKind is a collection in which scenarios make things.
type litterKind struct {
	kind    string
	service string
	list    string // path and query
	key     string // of the list in the answer
	id      string // the field that names one in paths
	name    string // the field with the name that a scenario gave
	since   string // microversion that knows it
	remove  func(w *World, ctx context.Context, id string) error
}

// litter is where scenarios make things, in the order in which these can be removed.
func litter() []litterKind {
	cinder := func(kind, collection, key, query, since string) litterKind {
		return litterKind{kind, "Cinder", collection + query, key, "id", "name", since, func(w *World, ctx context.Context, id string) error {
			c, err := w.BlockStorage(ctx, Admin)
			if err != nil {
				return err
			}
			c.Microversion = since
			return w.dropOfCinder(ctx, c, collection, id)
		}}
	}
	plain := func(kind, service, path, key, id, name string) litterKind {
		return litterKind{kind, service, path, key, id, name, "", func(w *World, ctx context.Context, id string) error {
			c, err := w.clientOf(ctx, Admin, service)
			if err == nil {
				_, err = c.Delete(ctx, c.ServiceURL(path, id), accepted())
			}
			return err
		}}
	}
	return []litterKind{
		{"server", "Nova", "servers/detail?all_tenants=1", "servers", "id", "name", "", (*World).dropServer},
		cinder("volume transfer", "volume-transfers", "transfers", "?all_tenants=1", "3.55"),
		cinder("group snapshot", "group_snapshots", "group_snapshots", "?all_tenants=1", "3.14"),
		cinder("backup", "backups", "backups", "?all_tenants=1", ""),
		cinder("snapshot", "snapshots", "snapshots", "?all_tenants=1", ""),
		cinder("group", "groups", "groups", "?all_tenants=1", "3.13"),
		{"volume", "Cinder", "volumes?all_tenants=1", "volumes", "id", "name", "", (*World).sweepVolume},
		{"image", "Glance", "images", "images", "id", "name", "", (*World).dropImage},
		plain("namespace of metadata", "Glance", "metadefs/namespaces", "namespaces", "namespace", "namespace"),
		{"volume type", "Cinder", "types?is_public=None", "volume_types", "id", "name", "", (*World).dropType},
		cinder("group type", "group_types", "group_types", "?is_public=None", "3.11"),
		cinder("QoS specs", "qos-specs", "qos_specs", "", ""),
		plain("user", "Identity", "users", "users", "id", "name"),
		plain("group of users", "Identity", "groups", "groups", "id", "name"),
		plain("role", "Identity", "roles", "roles", "id", "name"),
		plain("project", "Identity", "projects", "projects", "id", "name"),
		plain("service", "Identity", "services", "services", "id", "name"),
	}
}

// leftOf finds what is left in a collection. A cloud that has no such thing, or does not let itself be asked, has none left:
// then nothing was made there either.
func (w *World) leftOf(ctx context.Context, k litterKind, prefix string) ([]Leftover, error) {
	c, err := w.clientOf(ctx, Admin, k.service)
	var unlisted *gophercloud.ErrEndpointNotFound
	if errors.As(err, &unlisted) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c.Microversion = k.since
	var list []Leftover
	for next := c.ServiceURL(k.list); next != ""; {
		var page map[string]json.RawMessage
		if _, err := c.Get(ctx, next, &page, nil); err != nil {
			return list, unlessUnknown(err)
		}
		var rows []map[string]any
		if err := json.Unmarshal(page[k.key], &rows); err != nil {
			return list, fmt.Errorf("%s: %w", k.list, err)
		}
		for _, row := range rows {
			name, _ := row[k.name].(string)
			id, _ := row[k.id].(string)
			if strings.HasPrefix(name, prefix) {
				list = append(list, Leftover{k.kind, id, name, func(ctx context.Context) error { return k.remove(w, ctx, id) }})
			}
		}
		next = nextPage(c, page, k.key)
	}
	return list, nil
}

// nextPage is the address that a page tells of the one that follows: in "KEY_links" as Cinder does, or in "next" as Glance does.
func nextPage(c *gophercloud.ServiceClient, page map[string]json.RawMessage, key string) string {
	var links []struct{ Rel, Href string }
	if json.Unmarshal(page[key+"_links"], &links) == nil {
		for _, l := range links {
			if l.Rel == "next" {
				return l.Href
			}
		}
	}
	var path string
	if json.Unmarshal(page["next"], &path) == nil && path != "" {
		return strings.TrimSuffix(c.Endpoint, "/") + path
	}
	return ""
}

// unlessUnknown takes what a cloud does not have, or does not show, for nothing.
func unlessUnknown(err error) error {
	var refused gophercloud.ErrUnexpectedResponseCode
	unknown := []int{http.StatusForbidden, http.StatusNotFound, http.StatusNotAcceptable, http.StatusNotImplemented}
	if errors.As(err, &refused) && slices.Contains(unknown, refused.Actual) {
		return nil
	}
	return err
}

// broom is a world without a scenario, for its ways of removing things.
func (t *RunningCloud) broom() *World {
	return &World{clients: map[string]*gophercloud.ProviderClient{}, cloud: &sharedCloud{target: t}}
}

// sweepVolume removes a volume that may be attached.
func (w *World) sweepVolume(ctx context.Context, id string) error {
	c, err := w.BlockStorage(ctx, Admin)
	if err != nil {
		return err
	}
	v, err := volumes.Get(ctx, c, id).Extract()
	if err == nil && (v.Status == "in-use" || len(v.Attachments) > 0) {
		err = w.detach(ctx, id)
	}
	if err != nil {
		return err
	}
	return w.dropVolume(ctx, id)
}

// detach ends what attaches a volume to a server that is in Cinder's books only.
func (w *World) detach(ctx context.Context, id string) error {
	c, err := w.BlockStorage(ctx, Admin)
	if err != nil {
		return err
	}
	_, err = c.Post(ctx, c.ServiceURL("volumes", id, "action"), map[string]any{"os-force_detach": map[string]any{}}, nil, accepted())
	return err
}
