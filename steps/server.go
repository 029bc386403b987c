package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
)

func (w *World) serverSteps(sc registrar) {
	step(sc, `an active server {string} from the image {string}`, w.givenServerFromImage)
	step(sc, `an active server {string} from the volume {string}`, w.givenServerFromVolume)
	step(sc, `{who} creates? a server {string} from the image {string}`, w.createServerFromImage)
	step(sc, `{who} creates? a server {string} from the volume {string}`, w.createServerFromVolume)
	step(sc, `{who} creates? a server {string} from the volume {string}, which goes with it`, w.createServerTakingVolume)
	step(sc, `{who} deletes? the server {string}`, w.deleteServer)
	step(sc, `{who} attach(?:es)? the volume {string} to the server {string}`, w.attachToServer)
	step(sc, `{who} attach(?:es)? the volume {string} to the server {string}, which it goes with`, w.attachToServerToGo)
	step(sc, `{who} detach(?:es)? the volume {string} from the server {string}`, w.detachFromServer)
	step(sc, `{who} deletes? the attachment of the volume {string} to the server {string}`, w.deleteServersAttachment)
	step(sc, `the server {string} becomes {string}`, w.serverBecomes)
	step(sc, `the server {string} disappears`, w.serverDisappears)
	step(sc, `the server {string} has the volumes {string}`, w.serverHasVolumes)
	step(sc, `the volume {string} is attached to the server {string}`, w.volumeIsOnServer)
	step(sc, `the volume {string} is attached to no server`, w.volumeIsOnNone)
}

// computeMicroversion knows of volumes that go with their servers, and asks for no network where none is.
const computeMicroversion = "2.79"

// Compute is a person's Nova client.
func (w *World) Compute(ctx context.Context, person string) (*gophercloud.ServiceClient, error) {
	p, err := w.provider(ctx, person, "compute")
	if err != nil {
		return nil, err
	}
	c, err := openstack.NewComputeV2(p, w.cloud.EndpointOpts())
	if err != nil {
		return nil, err
	}
	c.Microversion = computeMicroversion
	return c, nil
}

func (w *World) serverOf(ctx context.Context, person, name string) (*gophercloud.ServiceClient, string, error) {
	id, err := w.Servers.ID(name)
	if err != nil {
		return nil, "", err
	}
	c, err := w.Compute(ctx, person)
	return c, id, err
}

// givenServerFromImage is
//
//	Given an active server "box" from the image "golden"
//
// mine, of the smallest flavor and in no network. It needs a cloud with Compute: @config:compute.
func (w *World) givenServerFromImage(ctx context.Context, name, image string) error {
	return errors.Join(w.createServerFromImage(ctx, "I", name, image), w.serverBecomes(ctx, name, "ACTIVE"))
}

// givenServerFromVolume is
//
//	Given an active server "box" from the volume "root"
//
// which boots from it.
func (w *World) givenServerFromVolume(ctx context.Context, name, volume string) error {
	return errors.Join(w.createServerFromVolume(ctx, "I", name, volume), w.serverBecomes(ctx, name, "ACTIVE"))
}

// createServerFromImage is
//
//	When I create a server "box" from the image "golden"
func (w *World) createServerFromImage(ctx context.Context, who, name, image string) error {
	id, err := w.Images.ID(image)
	if err != nil {
		return err
	}
	return w.createServer(ctx, act(who), name, map[string]any{"imageRef": id})
}

// createServerFromVolume is
//
//	When I create a server "box" from the volume "root"
//
// that stays when the server goes.
func (w *World) createServerFromVolume(ctx context.Context, who, name, volume string) error {
	return w.createServerOnVolume(ctx, who, name, volume, false)
}

// createServerTakingVolume is
//
//	When I create a server "box" from the volume "root", which goes with it
func (w *World) createServerTakingVolume(ctx context.Context, who, name, volume string) error {
	return w.createServerOnVolume(ctx, who, name, volume, true)
}

func (w *World) createServerOnVolume(ctx context.Context, who, name, volume string, goes bool) error {
	id, err := w.Volumes.ID(volume)
	if err != nil {
		return err
	}
	return w.createServer(ctx, act(who), name, map[string]any{"block_device_mapping_v2": []any{map[string]any{
		"source_type": "volume", "destination_type": "volume", "uuid": id, "boot_index": 0, "delete_on_termination": goes,
	}}})
}

func (w *World) createServer(ctx context.Context, who actor, name string, from map[string]any) error {
	c, err := w.Compute(ctx, who.person)
	if err != nil {
		return err
	}
	flavor, err := smallestFlavor(ctx, c)
	if err != nil {
		return err
	}
	from["name"], from["flavorRef"], from["networks"] = w.cloud.Unique(name), flavor, "none"
	var made struct{ Server struct{ ID string } }
	_, err = c.Post(ctx, c.ServiceURL("servers"), map[string]any{"server": from}, &made, accepted(http.StatusAccepted))
	if err == nil {
		w.Servers.Set(name, made.Server.ID)
		w.remove(thing("server", made.Server.ID, name), func(ctx context.Context) error { return w.dropServer(ctx, made.Server.ID) })
	}
	return w.did(who, err)
}

// dropServer deletes a server and sees it go; one that is gone is no error.
func (w *World) dropServer(ctx context.Context, id string) error {
	c, err := w.Compute(ctx, Admin)
	if err != nil {
		return err
	}
	if _, err := c.Delete(ctx, c.ServiceURL("servers", id), nil); gone(err) {
		return nil
	} else if err != nil {
		return err
	}
	return w.await(ctx, "the server "+id+" is gone", func(ctx context.Context) (bool, string, error) {
		_, err := c.Get(ctx, c.ServiceURL("servers", id), new(any), nil)
		if gone(err) {
			return true, "gone", nil
		}
		return false, "it is still there", err
	})
}

// smallestFlavor is the flavor with the least memory.
func smallestFlavor(ctx context.Context, c *gophercloud.ServiceClient) (string, error) {
	var body struct {
		Flavors []struct {
			ID  string
			RAM int
		}
	}
	if _, err := c.Get(ctx, c.ServiceURL("flavors", "detail")+"?sort_key=memory_mb&limit=1", &body, nil); err != nil {
		return "", err
	}
	if len(body.Flavors) == 0 {
		return "", errors.New("the cloud has no flavor")
	}
	return body.Flavors[0].ID, nil
}

// deleteServer is
//
//	When I delete the server "box"
func (w *World) deleteServer(ctx context.Context, who, name string) error {
	a := act(who)
	c, id, err := w.serverOf(ctx, a.person, name)
	if err != nil {
		return err
	}
	_, err = c.Delete(ctx, c.ServiceURL("servers", id), nil)
	return w.did(a, err)
}

// attachToServer is
//
//	When I attach the volume "data" to the server "box"
//
// by way of Nova, where the volume stays when the server goes.
func (w *World) attachToServer(ctx context.Context, who, volume, server string) error {
	return w.attachServerVolume(ctx, act(who), volume, server, map[string]any{})
}

// attachToServerToGo is
//
//	When I attach the volume "data" to the server "box", which it goes with
//
// when the server is deleted.
func (w *World) attachToServerToGo(ctx context.Context, who, volume, server string) error {
	return w.attachServerVolume(ctx, act(who), volume, server, map[string]any{"delete_on_termination": true})
}

func (w *World) attachServerVolume(ctx context.Context, who actor, volume, server string, how map[string]any) error {
	id, err := w.Volumes.ID(volume)
	if err != nil {
		return err
	}
	c, on, err := w.serverOf(ctx, who.person, server)
	if err != nil {
		return err
	}
	how["volumeId"] = id
	body := map[string]any{"volumeAttachment": how}
	_, err = c.Post(ctx, c.ServiceURL("servers", on, "os-volume_attachments"), body, new(any), accepted(http.StatusOK))
	return w.did(who, err)
}

// detachFromServer is
//
//	When I detach the volume "data" from the server "box"
//
// by way of Nova.
func (w *World) detachFromServer(ctx context.Context, who, volume, server string) error {
	a := act(who)
	id, err := w.Volumes.ID(volume)
	if err != nil {
		return err
	}
	c, on, err := w.serverOf(ctx, a.person, server)
	if err != nil {
		return err
	}
	_, err = c.Delete(ctx, c.ServiceURL("servers", on, "os-volume_attachments", id), accepted(http.StatusAccepted))
	return w.did(a, err)
}

// deleteServersAttachment is
//
//	When I try to delete the attachment of the volume "data" to the server "box"
//
// of Cinder's, without Nova's knowing.
func (w *World) deleteServersAttachment(ctx context.Context, who, volume, server string) error {
	a := act(who)
	on, err := w.Servers.ID(server)
	if err != nil {
		return err
	}
	v, err := w.volume(ctx, volume)
	if err != nil {
		return err
	}
	c, err := w.BlockStorage(ctx, a.person)
	if err != nil {
		return err
	}
	for _, attachment := range attachmentsIn(v) {
		if attachment["server_id"] == on {
			_, err := c.Delete(ctx, c.ServiceURL("attachments", fmt.Sprint(attachment["attachment_id"])), accepted(http.StatusOK))
			return w.did(a, err)
		}
	}
	return fmt.Errorf("the volume %q has no attachment to the server %q", volume, server)
}

func attachmentsIn(volume map[string]any) []map[string]any {
	list, _ := volume["attachments"].([]any)
	var all []map[string]any
	for _, one := range list {
		if a, ok := one.(map[string]any); ok {
			all = append(all, a)
		}
	}
	return all
}

// server reads a server as the administrator sees it.
func (w *World) server(ctx context.Context, name string) (map[string]any, error) {
	c, id, err := w.serverOf(ctx, Admin, name)
	if err != nil {
		return nil, err
	}
	var body struct{ Server map[string]any }
	_, err = c.Get(ctx, c.ServiceURL("servers", id), &body, nil)
	return body.Server, err
}

// serverBecomes is
//
//	Then the server "box" becomes "ACTIVE"
func (w *World) serverBecomes(ctx context.Context, name, status string) error {
	return w.await(ctx, fmt.Sprintf("the server %q is %s", name, status), func(ctx context.Context) (bool, string, error) {
		v, err := w.server(ctx, name)
		if err != nil {
			return false, "", err
		}
		now := fmt.Sprint(v["status"])
		if now != status && now == "ERROR" {
			return false, now, fmt.Errorf("the server ended in ERROR: %v", v["fault"])
		}
		return now == status, now, nil
	})
}

// serverDisappears is
//
//	Then the server "box" disappears
func (w *World) serverDisappears(ctx context.Context, name string) error {
	return w.await(ctx, fmt.Sprintf("the server %q is gone", name), func(ctx context.Context) (bool, string, error) {
		v, err := w.server(ctx, name)
		if gone(err) {
			return true, "gone", nil
		}
		return false, fmt.Sprint(v["status"]), err
	})
}

// serverHasVolumes is
//
//	Then the server "box" has the volumes "root, data"
//
// and no others, in no order; "" is none.
func (w *World) serverHasVolumes(ctx context.Context, name, volumes string) error {
	v, err := w.server(ctx, name)
	if err != nil {
		return err
	}
	want, got := []string{}, []string{}
	for volume := range strings.SplitSeq(volumes, ",") {
		if volume = strings.TrimSpace(volume); volume == "" {
			continue
		}
		id, err := w.Volumes.ID(volume)
		if err != nil {
			return err
		}
		want = append(want, id)
	}
	list, _ := v["os-extended-volumes:volumes_attached"].([]any)
	for _, one := range list {
		fields, _ := one.(map[string]any)
		got = append(got, fmt.Sprint(fields["id"]))
	}
	slices.Sort(want)
	slices.Sort(got)
	return same("the server's volumes", want, got)
}

// volumeIsOnServer is
//
//	Then the volume "data" is attached to the server "box"
//
// by Cinder's account.
func (w *World) volumeIsOnServer(ctx context.Context, volume, server string) error {
	id, err := w.Servers.ID(server)
	if err != nil {
		return err
	}
	v, err := w.volume(ctx, volume)
	if err != nil {
		return err
	}
	var servers []any
	for _, a := range attachmentsIn(v) {
		servers = append(servers, a["server_id"])
	}
	if !slices.Contains(servers, any(id)) {
		return fmt.Errorf("it is attached to %v, not to %s", servers, id)
	}
	return nil
}

// volumeIsOnNone is
//
//	Then the volume "data" is attached to no server
func (w *World) volumeIsOnNone(ctx context.Context, volume string) error {
	v, err := w.volume(ctx, volume)
	if err != nil {
		return err
	}
	return same("the volume's attachments", 0, len(attachmentsIn(v)))
}
