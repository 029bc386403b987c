package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumetypes"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/projects"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/users"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
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

// Leftovers finds what scenarios have left behind: volumes, images, volume types, users and projects whose names begin
// with a prefix, in the order in which they can be removed. NamePrefix finds that of all runs, Prefix that of this one.
func (t *RunningCloud) Leftovers(ctx context.Context, prefix string) ([]Leftover, error) {
	if !strings.HasPrefix(prefix, NamePrefix) {
		return nil, fmt.Errorf("prefix %q: want one that begins with %s, so that nothing else is found", prefix, NamePrefix)
	}
	admin, err := t.Client(ctx, Admin)
	if err != nil {
		return nil, err
	}
	w := t.broom()
	var list []Leftover
	var errs []error
	for _, find := range []func(context.Context, *World, *gophercloud.ProviderClient, gophercloud.EndpointOpts) ([]Leftover, error){
		leftVolumes, leftImages, leftTypes, leftUsers, leftProjects,
	} {
		found, err := find(ctx, w, admin, t.People[Admin].Endpoints)
		list, errs = append(list, found...), append(errs, err)
	}
	list = slices.DeleteFunc(list, func(l Leftover) bool { return !strings.HasPrefix(l.Name, prefix) })
	return list, errors.Join(errs...)
}

// broom is a world without a scenario, for its ways of removing things.
func (t *RunningCloud) broom() *World {
	return &World{clients: map[string]*gophercloud.ProviderClient{}, cloud: &sharedCloud{target: t}}
}

func leftVolumes(ctx context.Context, w *World, p *gophercloud.ProviderClient, opts gophercloud.EndpointOpts) ([]Leftover, error) {
	c, err := openstack.NewBlockStorageV3(p, opts)
	if err != nil {
		return nil, err
	}
	pages, err := volumes.List(c, volumes.ListOpts{AllTenants: true}).AllPages(ctx)
	if err != nil {
		return nil, err
	}
	all, err := volumes.ExtractVolumes(pages)
	var list []Leftover
	for _, v := range all {
		list = append(list, Leftover{"volume", v.ID, v.Name, func(ctx context.Context) error {
			if v.Status == "in-use" || len(v.Attachments) > 0 {
				err := w.detach(ctx, v.ID)
				if err != nil {
					return err
				}
			}
			return w.dropVolume(ctx, v.ID)
		}})
	}
	return list, err
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

func leftImages(ctx context.Context, w *World, p *gophercloud.ProviderClient, opts gophercloud.EndpointOpts) ([]Leftover, error) {
	c, err := openstack.NewImageV2(p, opts)
	if err != nil {
		return nil, err
	}
	pages, err := images.List(c, images.ListOpts{}).AllPages(ctx) // the administrator's list has everybody's
	if err != nil {
		return nil, err
	}
	all, err := images.ExtractImages(pages)
	var list []Leftover
	for _, img := range all {
		list = append(list, Leftover{"image", img.ID, img.Name, func(ctx context.Context) error { return w.dropImage(ctx, img.ID) }})
	}
	return list, err
}

func leftTypes(ctx context.Context, w *World, p *gophercloud.ProviderClient, opts gophercloud.EndpointOpts) ([]Leftover, error) {
	c, err := openstack.NewBlockStorageV3(p, opts)
	if err != nil {
		return nil, err
	}
	pages, err := volumetypes.List(c, volumetypes.ListOpts{IsPublic: volumetypes.VisibilityDefault}).AllPages(ctx)
	if err != nil {
		return nil, err
	}
	all, err := volumetypes.ExtractVolumeTypes(pages)
	var list []Leftover
	for _, v := range all {
		list = append(list, Leftover{"volume type", v.ID, v.Name, func(ctx context.Context) error { return w.dropType(ctx, v.ID) }})
	}
	return list, err
}

// leftUsers finds nothing on a cloud that does not let itself be asked: then nobody was made there either.
func leftUsers(ctx context.Context, _ *World, p *gophercloud.ProviderClient, opts gophercloud.EndpointOpts) ([]Leftover, error) {
	c, err := openstack.NewIdentityV3(p, opts)
	if err != nil {
		return nil, err
	}
	pages, err := users.List(c, users.ListOpts{}).AllPages(ctx)
	if err != nil {
		return nil, unlessDenied(err)
	}
	all, err := users.ExtractUsers(pages)
	var list []Leftover
	for _, u := range all {
		list = append(list, Leftover{"user", u.ID, u.Name, func(ctx context.Context) error { return users.Delete(ctx, c, u.ID).ExtractErr() }})
	}
	return list, err
}

func leftProjects(ctx context.Context, _ *World, p *gophercloud.ProviderClient, opts gophercloud.EndpointOpts) ([]Leftover, error) {
	c, err := openstack.NewIdentityV3(p, opts)
	if err != nil {
		return nil, err
	}
	pages, err := projects.List(c, projects.ListOpts{}).AllPages(ctx)
	if err != nil {
		return nil, unlessDenied(err)
	}
	all, err := projects.ExtractProjects(pages)
	var list []Leftover
	for _, v := range all {
		list = append(list, Leftover{"project", v.ID, v.Name, func(ctx context.Context) error { return projects.Delete(ctx, c, v.ID).ExtractErr() }})
	}
	return list, err
}

func unlessDenied(err error) error {
	var refused gophercloud.ErrUnexpectedResponseCode
	if errors.As(err, &refused) && (refused.Actual == 403 || refused.Actual == 501) {
		return nil
	}
	return err
}
