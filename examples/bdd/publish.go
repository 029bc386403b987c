package bdd

import (
	"context"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
)

// Publish uploads a volume to an image that carries the team's label, and returns the image's id. The image is there at
// once and gets its data later.
func Publish(ctx context.Context, cinder, glance *gophercloud.ServiceClient, volume, name, team string) (string, error) {
	up, err := volumes.UploadImage(ctx, cinder, volume, volumes.UploadImageOpts{ImageName: name, DiskFormat: "raw"}).Extract()
	if err != nil {
		return "", fmt.Errorf("publishing the volume %s: %w", volume, err)
	}
	label := images.UpdateImageProperty{Op: images.AddOp, Name: "team", Value: team}
	if err := images.Update(ctx, glance, up.ImageID, images.UpdateOpts{label}).Err; err != nil {
		return up.ImageID, fmt.Errorf("labelling the image %s: %w", up.ImageID, err)
	}
	return up.ImageID, nil
}
