package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/cucumber/godog"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
)

func (w *World) volumeSteps(sc registrar) {
	step(sc, `an available volume {string} of {int} GiB`, w.givenVolume)
	step(sc, `an available volume {string} of {int} GiB and of the type {string}`, w.givenVolumeOfType)
	step(sc, `an available volume {string} of {int} GiB from the image {string}`, w.givenVolumeFromImage)
	step(sc, `{who} creates? a volume {string} of {int} GiB`, w.createVolume)
	step(sc, `{who} creates? a volume {string} of {int} GiB and of the type {string}`, w.createVolumeOfType)
	step(sc, `{who} creates? a volume {string} of {int} GiB from the image {string}`, w.createVolumeFromImage)
	step(sc, `{who} deletes? the volume {string}`, w.deleteVolume)
	step(sc, `{who} sets? the metadata {string} of the volume {string} to {string}`, w.setVolumeMetadata)
	step(sc, `{who} removes? the metadata {string} of the volume {string}`, w.removeVolumeMetadata)
	step(sc, `{who} sets? image metadata of the volume {string}:`, w.setImageMetadata)
	step(sc, `{who} sets? (\d+) items of image metadata of the volume {string}`, w.setManyImageMetadata)
	step(sc, `{who} resets? the status of the volume {string} to {string}`, w.resetStatus)
	step(sc, `{who} changes? the type of the volume {string} to {string}`, w.retype)
	step(sc, `{who} attach(?:es)? the volume {string}`, w.attach)
	step(sc, `the volume {string} is {string}`, w.volumeIs)
	step(sc, `the volume {string} becomes {string}`, w.volumeBecomes)
	step(sc, `the volume {string} disappears`, w.volumeDisappears)
	step(sc, `the volume {string} has:`, w.volumeHas)
	step(sc, `the volume {string} keeps of its image:`, w.volumeKeepsOfImage)
}

// givenVolume is
//
//	Given an available volume "boot" of 1 GiB
//
// mine, of the default type.
func (w *World) givenVolume(ctx context.Context, name string, size int) error {
	return w.givenVolumeAs(ctx, name, volumes.CreateOpts{Size: size})
}

// givenVolumeOfType is
//
//	Given an available volume "boot" of 1 GiB and of the type "gold"
func (w *World) givenVolumeOfType(ctx context.Context, name string, size int, of string) error {
	id, err := w.Types.ID(of)
	if err != nil {
		return err
	}
	return w.givenVolumeAs(ctx, name, volumes.CreateOpts{Size: size, VolumeType: id})
}

// givenVolumeFromImage is
//
//	Given an available volume "boot" of 1 GiB from the image "golden"
func (w *World) givenVolumeFromImage(ctx context.Context, name string, size int, from string) error {
	id, err := w.Images.ID(from)
	if err != nil {
		return err
	}
	return w.givenVolumeAs(ctx, name, volumes.CreateOpts{Size: size, ImageID: id})
}

func (w *World) givenVolumeAs(ctx context.Context, name string, opts volumes.CreateOpts) error {
	if err := w.postVolume(ctx, me, name, opts); err != nil {
		return err
	}
	return w.volumeBecomes(ctx, name, "available")
}

// createVolume is
//
//	When I create a volume "boot" of 1 GiB
func (w *World) createVolume(ctx context.Context, who, name string, size int) error {
	return w.postVolume(ctx, act(who), name, volumes.CreateOpts{Size: size})
}

// createVolumeOfType is
//
//	When I create a volume "boot" of 1 GiB and of the type "gold"
func (w *World) createVolumeOfType(ctx context.Context, who, name string, size int, of string) error {
	id, err := w.Types.ID(of)
	if err != nil {
		return err
	}
	return w.postVolume(ctx, act(who), name, volumes.CreateOpts{Size: size, VolumeType: id})
}

// createVolumeFromImage is
//
//	When I create a volume "boot" of 1 GiB from the image "golden"
func (w *World) createVolumeFromImage(ctx context.Context, who, name string, size int, from string) error {
	id, err := w.Images.ID(from)
	if err != nil {
		return err
	}
	return w.postVolume(ctx, act(who), name, volumes.CreateOpts{Size: size, ImageID: id})
}

func (w *World) postVolume(ctx context.Context, who actor, name string, opts volumes.CreateOpts) error {
	c, err := w.BlockStorage(ctx, who.person)
	if err != nil {
		return err
	}
	opts.Name = w.cloud.Unique(name)
	made, err := volumes.Create(ctx, c, opts, nil).Extract()
	if err == nil {
		w.OwnVolume(name, made.ID)
	}
	return w.did(who, err)
}

// OwnVolume names a volume that a step has made, for all steps that follow, and has it removed at the end of the scenario.
func (w *World) OwnVolume(name, id string) {
	w.Volumes.Set(name, id)
	w.remove(thing("volume", id, name), func(ctx context.Context) error { return w.dropVolume(ctx, id) })
}

// dropVolume deletes a volume, whatever its status, once nothing happens to it any more, and sees it go.
func (w *World) dropVolume(ctx context.Context, id string) error {
	c, err := w.BlockStorage(ctx, Admin)
	if err != nil {
		return err
	}
	asked := false
	err = w.cloud.Await(ctx, func(ctx context.Context) (bool, error) {
		v, err := volumes.Get(ctx, c, id).Extract()
		switch {
		case gone(err):
			return true, nil
		case err != nil:
			return false, err
		case asked || v.Status == "uploading" || v.Status == "deleting":
			return false, nil
		}
		asked = true
		return false, volumes.ForceDelete(ctx, c, id).ExtractErr()
	})
	return errors.Join(err, w.dropMessages(ctx, id))
}

// deleteVolume is
//
//	When I delete the volume "boot"
func (w *World) deleteVolume(ctx context.Context, who, name string) error {
	a := act(who)
	c, id, err := w.volumeOf(ctx, a.person, name)
	if err != nil {
		return err
	}
	return w.did(a, volumes.Delete(ctx, c, id, nil).ExtractErr())
}

func (w *World) volumeOf(ctx context.Context, person, name string) (*gophercloud.ServiceClient, string, error) {
	id, err := w.Volumes.ID(name)
	if err != nil {
		return nil, "", err
	}
	c, err := w.BlockStorage(ctx, person)
	return c, id, err
}

// volumeAction sends an action to a volume and takes any of the statuses that actions succeed with.
func (w *World) volumeAction(ctx context.Context, who actor, name, action string, body any) error {
	c, id, err := w.volumeOf(ctx, who.person, name)
	if err != nil {
		return err
	}
	resp, err := c.Post(ctx, c.ServiceURL("volumes", id, "action"), map[string]any{action: body}, nil, &gophercloud.RequestOpts{
		OkCodes: []int{http.StatusOK, http.StatusAccepted}, KeepResponseBody: true,
	})
	if err == nil {
		err = resp.Body.Close()
	}
	return w.did(who, err)
}

// setVolumeMetadata is
//
//	When I set the metadata "color" of the volume "boot" to "blue"
func (w *World) setVolumeMetadata(ctx context.Context, who, key, name, value string) error {
	a := act(who)
	c, id, err := w.volumeOf(ctx, a.person, name)
	if err != nil {
		return err
	}
	body := map[string]any{"metadata": map[string]string{key: value}}
	_, err = c.Post(ctx, c.ServiceURL("volumes", id, "metadata"), body, new(any), accepted(http.StatusOK))
	return w.did(a, err)
}

// removeVolumeMetadata is
//
//	When I remove the metadata "color" of the volume "boot"
func (w *World) removeVolumeMetadata(ctx context.Context, who, key, name string) error {
	a := act(who)
	c, id, err := w.volumeOf(ctx, a.person, name)
	if err != nil {
		return err
	}
	_, err = c.Delete(ctx, c.ServiceURL("volumes", id, "metadata", key), accepted(http.StatusOK))
	return w.did(a, err)
}

// setImageMetadata is
//
//	When I set image metadata of the volume "boot":
//	  | os_distro | debian |
func (w *World) setImageMetadata(ctx context.Context, who, name string, t *godog.Table) error {
	items, err := pairs(t)
	if err != nil {
		return err
	}
	return w.volumeAction(ctx, act(who), name, "os-set_image_metadata", map[string]any{"metadata": items})
}

// setManyImageMetadata is
//
//	When I set 129 items of image metadata of the volume "boot"
func (w *World) setManyImageMetadata(ctx context.Context, who string, n int, name string) error {
	items := map[string]string{}
	for i := range n {
		items[fmt.Sprintf("item_%d", i)] = "x"
	}
	return w.volumeAction(ctx, act(who), name, "os-set_image_metadata", map[string]any{"metadata": items})
}

// resetStatus is
//
//	When the administrator resets the status of the volume "boot" to "error"
func (w *World) resetStatus(ctx context.Context, who, name, status string) error {
	return w.volumeAction(ctx, act(who), name, "os-reset_status", map[string]any{"status": status})
}

// retype is
//
//	When I change the type of the volume "boot" to "gold"
//
// without migrating it.
func (w *World) retype(ctx context.Context, who, name, to string) error {
	id, err := w.Types.ID(to)
	if err != nil {
		return err
	}
	return w.volumeAction(ctx, act(who), name, "os-retype", map[string]any{"new_type": id, "migration_policy": "never"})
}

// attach is
//
//	When I attach the volume "boot"
//
// to a server that exists in Cinder's books only.
func (w *World) attach(ctx context.Context, who, name string) error {
	a := act(who)
	if err := w.volumeAction(ctx, a, name, "os-reserve", map[string]any{}); err != nil {
		return err
	}
	err := w.volumeAction(ctx, a, name, "os-attach", map[string]any{"instance_uuid": newID(), "mountpoint": "/dev/vdb"})
	if err == nil {
		w.remove("the attachment of volume "+name, func(ctx context.Context) error {
			return w.volumeAction(ctx, actor{person: a.person}, name, "os-detach", map[string]any{})
		})
	}
	return err
}

// volume reads a volume as the administrator sees it.
func (w *World) volume(ctx context.Context, name string) (map[string]any, error) {
	c, id, err := w.volumeOf(ctx, Admin, name)
	if err != nil {
		return nil, err
	}
	var body struct{ Volume map[string]any }
	_, err = c.Get(ctx, c.ServiceURL("volumes", id), &body, nil)
	return body.Volume, err
}

// volumeIs is
//
//	Then the volume "boot" is "available"
func (w *World) volumeIs(ctx context.Context, name, status string) error {
	v, err := w.volume(ctx, name)
	if err != nil {
		return err
	}
	return same("the volume's status", any(status), v["status"])
}

// volumeBecomes is volumeIs for what happens in the background:
//
//	Then the volume "boot" becomes "available"
func (w *World) volumeBecomes(ctx context.Context, name, status string) error {
	return w.await(ctx, fmt.Sprintf("the volume %q is %s", name, status), func(ctx context.Context) (bool, string, error) {
		v, err := w.volume(ctx, name)
		if err != nil {
			return false, "", err
		}
		now := fmt.Sprint(v["status"])
		if now != status && strings.HasPrefix(now, "error") {
			return false, now, fmt.Errorf("the volume ended in %s", now)
		}
		return now == status, now, nil
	})
}

// volumeDisappears is
//
//	Then the volume "boot" disappears
func (w *World) volumeDisappears(ctx context.Context, name string) error {
	return w.await(ctx, fmt.Sprintf("the volume %q is gone", name), func(ctx context.Context) (bool, string, error) {
		v, err := w.volume(ctx, name)
		if gone(err) {
			return true, "gone", nil
		}
		return false, fmt.Sprint(v["status"]), err
	})
}

// volumeHas is
//
//	Then the volume "boot" has:
//	  | size     | 1    |
//	  | bootable | true |
//
// among its fields. Whole numbers, true, false and null are those of JSON, all else is text.
func (w *World) volumeHas(ctx context.Context, name string, t *godog.Table) error {
	want, err := pairs(t)
	if err != nil {
		return err
	}
	v, err := w.volume(ctx, name)
	if err != nil {
		return err
	}
	got := map[string]string{}
	for k := range want {
		got[k] = cellOf(v, k)
	}
	return same("the volume's fields", want, got)
}

// volumeKeepsOfImage is
//
//	Then the volume "boot" keeps of its image:
//	  | os_distro | debian |
//
// among its image metadata. {golden} stands for the id of the image that the scenario calls golden.
func (w *World) volumeKeepsOfImage(ctx context.Context, name string, t *godog.Table) error {
	want, err := pairs(t)
	if err != nil {
		return err
	}
	v, err := w.volume(ctx, name)
	if err != nil {
		return err
	}
	kept, _ := v["volume_image_metadata"].(map[string]any)
	got := map[string]string{}
	for k := range want {
		want[k] = w.expand(want[k])
		got[k] = cellOf(kept, k)
	}
	return same("the volume's image metadata", want, got)
}
