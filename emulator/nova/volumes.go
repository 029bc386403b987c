package nova

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
)

// volumeClient is Cinder, as Nova uses it (nova/volume/cinder.py): with the token of the user on whose behalf.
type volumeClient struct {
	http         http.Client
	endpoint     string // ends in "/v3/"
	serviceToken func() (string, error)
}

func newVolumeClient(p Ports) *volumeClient {
	return &volumeClient{http.Client{Transport: p.Volume}, strings.TrimRight(p.VolumeEndpoint, "/") + "/v3/", p.ServiceToken}
}

// volume is what Nova reads of a volume.
type volume struct {
	ID          string             `json:"id"`
	Size        int                `json:"size"` // GiB
	Status      string             `json:"status"`
	Multiattach bool               `json:"multiattach"`
	Bootable    string             `json:"bootable"`         // "true" or "false"
	Migration   string             `json:"migration_status"` // only administrators are told
	Attachments []volumeAttachment `json:"attachments"`
}

type volumeAttachment struct {
	ID       string `json:"attachment_id"`
	ServerID string `json:"server_id"`
}

// ask sends a request to Cinder at microversion 3.44, the least that Nova needs. It brings Nova's own token along, without
// which Cinder lets nobody take a volume from a server.
func (v *volumeClient) ask(ctx context.Context, auth jobAuth, method, path string, body, into any) error {
	token, err := v.serviceToken()
	if err != nil {
		return err
	}
	return exchange(ctx, v.http, auth, method, v.endpoint+path, body, into, map[string]string{
		"OpenStack-API-Version": "volume 3.44", "X-Service-Token": token,
	})
}

func (v *volumeClient) show(ctx context.Context, auth jobAuth, id string) (volume, error) {
	var out struct {
		Volume volume `json:"volume"`
	}
	err := v.ask(ctx, auth, http.MethodGet, "volumes/"+url.PathEscape(id), nil, &out)
	return out.Volume, volumeFailure(id, err)
}

// create makes the volume that a block device is to be (nova/volume/cinder.py, create).
func (v *volumeClient) create(ctx context.Context, auth jobAuth, d BlockDevice) (id string, err error) {
	asked := map[string]any{"size": d.Size, "name": "", "description": ""}
	switch d.Source {
	case sourceImage:
		asked["imageRef"] = d.SourceID
	case sourceSnapshot:
		asked["snapshot_id"] = d.SourceID
	case sourceBlank:
		asked["name"] = d.ServerID + "-blank-vol"
	}
	if d.VolumeType != "" {
		asked["volume_type"] = d.VolumeType
	}
	var out struct {
		Volume volume `json:"volume"`
	}
	err = v.ask(ctx, auth, http.MethodPost, "volumes", map[string]any{"volume": asked}, &out)
	if refused := new(refusal); errors.As(err, &refused) && refused.status == http.StatusRequestEntityTooLarge {
		return "", errors.New(refused.text) // nova/exception.py, OverQuota
	}
	return out.Volume.ID, volumeFailure("", err)
}

// snapshot is what Nova reads of a snapshot.
type snapshot struct {
	Size int `json:"size"`
}

func (v *volumeClient) snapshot(ctx context.Context, auth jobAuth, id string) (snapshot, error) {
	var out struct {
		Snapshot snapshot `json:"snapshot"`
	}
	err := v.ask(ctx, auth, http.MethodGet, "snapshots/"+url.PathEscape(id), nil, &out)
	return out.Snapshot, err
}

// hasType tells whether there is a volume type of that name or id.
func (v *volumeClient) hasType(ctx context.Context, auth jobAuth, nameOrID string) error {
	var out struct {
		Types []struct{ ID, Name string } `json:"volume_types"`
	}
	if err := v.ask(ctx, auth, http.MethodGet, "types", nil, &out); err != nil {
		return volumeFailure("", err)
	}
	for _, t := range out.Types {
		if nameOrID == t.ID || nameOrID == t.Name {
			return nil
		}
	}
	return fail.New(fail.Invalid, "Volume type %s could not be found.", nameOrID)
}

func (v *volumeClient) delete(ctx context.Context, auth jobAuth, id string) error {
	return volumeFailure(id, v.ask(ctx, auth, http.MethodDelete, "volumes/"+url.PathEscape(id), nil, nil))
}

func (v *volumeClient) beginDetaching(ctx context.Context, auth jobAuth, id string) error {
	return volumeFailure(id, v.act(ctx, auth, "volumes/"+url.PathEscape(id), "os-begin_detaching"))
}

func (v *volumeClient) rollDetaching(ctx context.Context, auth jobAuth, id string) error {
	return volumeFailure(id, v.act(ctx, auth, "volumes/"+url.PathEscape(id), "os-roll_detaching"))
}

func (v *volumeClient) act(ctx context.Context, auth jobAuth, path, action string) error {
	return v.ask(ctx, auth, http.MethodPost, path+"/action", map[string]any{action: map[string]any{}}, nil)
}

func (v *volumeClient) createAttachment(ctx context.Context, auth jobAuth, id, server string) (string, error) {
	var out struct {
		Attachment struct {
			ID string `json:"id"`
		} `json:"attachment"`
	}
	body := map[string]any{"attachment": map[string]any{"volume_uuid": id, "instance_uuid": server}}
	err := v.ask(ctx, auth, http.MethodPost, "attachments", body, &out)
	return out.Attachment.ID, volumeFailure(id, err)
}

// writes tells whether an attachment lets its server write.
func (v *volumeClient) writes(ctx context.Context, auth jobAuth, attachment string) (bool, error) {
	var out struct {
		Attachment struct {
			Mode string `json:"attach_mode"`
		} `json:"attachment"`
	}
	err := v.ask(ctx, auth, http.MethodGet, "attachments/"+attachment, nil, &out)
	if refused := new(refusal); errors.As(err, &refused) && refused.status == http.StatusNotFound {
		return true, nil
	}
	return out.Attachment.Mode == "rw", err
}

// updateAttachment tells Cinder of the host that will have the volume.
func (v *volumeClient) updateAttachment(ctx context.Context, auth jobAuth, attachment, device string) error {
	connector := map[string]any{
		"host": hostName, "ip": "127.0.0.1", "initiator": "iqn.1993-08.org.debian:01:" + hostName, "platform": "x86_64",
		"os_type": "linux", "multipath": false, "mountpoint": device,
	}
	body := map[string]any{"attachment": map[string]any{"connector": connector}}
	return v.ask(ctx, auth, http.MethodPut, "attachments/"+attachment, body, nil)
}

func (v *volumeClient) completeAttachment(ctx context.Context, auth jobAuth, attachment string) error {
	return v.act(ctx, auth, "attachments/"+attachment, "os-complete")
}

// deleteAttachment ends an attachment; one that is not there any more is ended.
func (v *volumeClient) deleteAttachment(ctx context.Context, auth jobAuth, attachment string) error {
	err := v.ask(ctx, auth, http.MethodDelete, "attachments/"+attachment, nil, nil)
	if refused := new(refusal); errors.As(err, &refused) && refused.status == http.StatusNotFound {
		return nil
	}
	return err
}

// completeMigration tells Cinder how changing over from a volume that migrates to its copy went, and returns the volume that
// the server has now.
func (v *volumeClient) completeMigration(ctx context.Context, auth jobAuth, from, to string, failed bool) (string, error) {
	var out struct {
		Volume string `json:"save_volume_id"`
	}
	body := map[string]any{"os-migrate_volume_completion": map[string]any{"new_volume": to, "error": failed}}
	err := v.ask(ctx, auth, http.MethodPost, "volumes/"+url.PathEscape(from)+"/action", body, &out)
	return out.Volume, err
}

// imageClient is Glance, as Nova uses it.
type imageClient struct {
	http     http.Client
	endpoint string // ends in "/v2/"
}

func newImageClient(p Ports) *imageClient {
	return &imageClient{http: http.Client{Transport: p.Image}, endpoint: strings.TrimRight(p.ImageEndpoint, "/") + "/v2/"}
}

// image is what Nova reads of an image.
type image struct {
	Status  string `json:"status"`
	Size    int    `json:"size"`     // bytes
	MinRAM  int    `json:"min_ram"`  // MiB
	MinDisk int    `json:"min_disk"` // GiB
}

// show is an image that a server can boot from.
func (i *imageClient) show(ctx context.Context, auth jobAuth, id string) (image, error) {
	var out image
	err := exchange(ctx, i.http, auth, http.MethodGet, i.endpoint+"images/"+url.PathEscape(id), nil, &out, nil)
	refused := new(refusal)
	switch {
	case errors.As(err, &refused) && refused.status == http.StatusNotFound:
		return out, fail.New(fail.Invalid, "Can not find requested image")
	case err != nil:
		return out, &fail.Error{Kind: fail.Internal, Cause: err}
	case out.Status != "active":
		return out, fail.New(fail.Invalid, "Image %s is not active.", id)
	}
	return out, nil
}

// refusal is an answer of another service that says no.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string { return fmt.Sprintf("%s (HTTP %d)", r.text, r.status) }

// exchange sends a request to another service and reads its answer.
func exchange(ctx context.Context, client http.Client, auth jobAuth, method, address string, body, into any, headers map[string]string) error {
	provider := &gophercloud.ProviderClient{HTTPClient: client, TokenID: auth.Token}
	provider.UserAgent.Prepend("nova")
	all := map[string]string{"X-Openstack-Request-Id": auth.RequestID}
	for k, v := range headers {
		all[k] = v
	}
	resp, err := provider.Request(ctx, method, address, &gophercloud.RequestOpts{
		JSONBody: body, JSONResponse: into, MoreHeaders: all,
		OkCodes: []int{http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent}, KeepResponseBody: into == nil,
	})
	var unexpected gophercloud.ErrUnexpectedResponseCode
	switch {
	case errors.As(err, &unexpected):
		return &refusal{unexpected.Actual, messageIn(unexpected.Body)}
	case err != nil:
		return err
	case into == nil:
		return resp.Body.Close()
	}
	return nil
}
