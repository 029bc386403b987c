package steps

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
)

// discover reads the newest API versions from the version documents of Cinder and Glance. They tell the release only
// roughly: it is taken for the newest one, or, where the microversions end before 3.71, for Zed.
func discover(ctx context.Context, client *gophercloud.ProviderClient, opts gophercloud.EndpointOpts) (ceilings, error) {
	volume, err := openstack.NewBlockStorageV3(client, opts)
	if err != nil {
		return ceilings{}, err
	}
	image, err := openstack.NewImageV2(client, opts)
	if err != nil {
		return ceilings{}, err
	}
	var top ceilings
	v, err := versions(ctx, volume, upTo(volume.Endpoint, "/v3"))
	if err != nil {
		return ceilings{}, err
	}
	for _, version := range v {
		if newer(version.Version, top.volume) {
			top.volume = version.Version
		}
	}
	if v, err = versions(ctx, image, upTo(image.Endpoint, "/v2")+"versions"); err != nil {
		return ceilings{}, err
	}
	for _, version := range v {
		if newer(version.ID, top.image) {
			top.image = strings.TrimPrefix(version.ID, "v")
		}
	}
	top.release = releases[len(releases)-1]
	if newer("3.71", top.volume) {
		top.release = releases[0]
	}
	return top, nil
}

// upTo cuts an endpoint before its version: where the version document is.
func upTo(endpoint, version string) string {
	root, _, _ := strings.Cut(endpoint, version)
	return strings.TrimSuffix(root, "/") + "/"
}

type version struct {
	ID, Version, Status string
}

// versions reads a version document. Services answer it with 300 at their root.
func versions(ctx context.Context, c *gophercloud.ServiceClient, url string) ([]version, error) {
	var doc struct{ Versions []version }
	_, err := c.Get(ctx, url, &doc, accepted(http.StatusOK, http.StatusMultipleChoices))
	if err != nil {
		return nil, fmt.Errorf("version document: %w", err)
	}
	return doc.Versions, nil
}
