package nova

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type newServerOut struct {
	Server      *newServer `json:"server,omitempty"`
	Reservation string     `json:"reservation_id,omitempty"` // when that is asked for
}

type newServer struct {
	serverRef
	DiskConfig     string `json:"OS-DCF:diskConfig"`
	SecurityGroups any    `json:"security_groups"`
	AdminPass      string `json:"adminPass"`
}

// serverCreate serves POST /servers: the server is built later, and has reserved its volumes by then. API reference: Compute,
// "Create Server".
func (s *Service) serverCreate(c *httpapi.Call) (newServerOut, error) {
	var out newServerOut
	body, err := c.Value()
	if err != nil {
		return out, err
	}
	asked := member(body, "server")
	ports, err := s.portsAsked(c, asked)
	if err != nil {
		return out, err
	}
	id := s.ids.UUID()
	attributes, err := attributesAsked(c, asked, id)
	if err != nil {
		return out, err
	}
	flavor, err := s.flavorFor(c, s.db.View(), text(asked, "flavorRef"))
	if err != nil {
		return out, fail.New(fail.Invalid, "Flavor %s could not be found.", text(asked, "flavorRef"))
	}
	v := Server{
		ID: id, Name: strings.TrimSpace(text(asked, "name")), ProjectID: c.Auth.ProjectID, UserID: c.Auth.UserID,
		Status: StatusBuild, Task: "scheduling", Flavor: flavor, ImageID: text(asked, "imageRef"), Metadata: textsOf(member(asked, "metadata")),
		Ports: ports, ServerAttributes: attributes, CreatedAt: c.Now, UpdatedAt: c.Now,
	}
	if v.Groups, err = s.groupsAsked(c, asked); err != nil {
		return out, err
	}
	if name := text(asked, "key_name"); name != "" {
		if _, err := s.keyPairFor(s.db.View(), c.Auth.UserID, name); err != nil {
			return out, fail.New(fail.Invalid, "Invalid key_name provided.")
		}
		v.KeyName = &name
	}
	devices, err := s.devicesAsked(c, &v, asked)
	if err != nil {
		return out, err
	}
	if err := s.checkImage(c, &v, devices); err != nil {
		return out, err
	}
	if err := s.reserveAll(c, devices); err != nil {
		return out, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		for last := range s.serversByNumber.Descend(tx, Server{Number: math.MaxInt}) {
			v.Number = last.Number + 1
			break
		}
		s.servers.Put(tx, v)
		for _, d := range devices {
			s.devices.Put(tx, d)
		}
		s.beginAction(tx, c, v.ID, actionCreate)
		s.queue.Begin(tx, kindCreateServer, serverJob{Server: v.ID, Auth: authOf(c)})
		return nil
	})
	links := linksOf(c, "servers", v.ID)
	c.Header()["Location"] = []string{links[0].Href}
	if truth(asked, "return_reservation_id") {
		out.Reservation = v.Reservation
		return out, err
	}
	out.Server = &newServer{
		serverRef: serverRef{v.ID, links}, DiskConfig: v.diskConfig(), SecurityGroups: []securityGroup{{Name: defaultGroup}},
		AdminPass: cmp.Or(text(asked, "adminPass"), s.ids.UUID()[:12]),
	}
	if given, ok := asked.Get("security_groups"); ok {
		out.Server.SecurityGroups = given
	}
	return out, err
}

// reserveAll reserves the volumes that are there already, all or none.
func (s *Service) reserveAll(c *httpapi.Call, devices []BlockDevice) error {
	for i := range devices {
		if devices[i].VolumeID == "" {
			continue
		}
		if err := s.reserve(c, &devices[i]); err != nil {
			for _, d := range devices[:i] {
				if d.AttachmentID != "" {
					_ = s.volumes.deleteAttachment(c.Context(), authOf(c), d.AttachmentID)
				}
			}
			return err
		}
	}
	return nil
}

// mayNetwork tells whether a server may have the networks that it asks for where there are none.
func mayNetwork(c *httpapi.Call, asked schema.Dict) error {
	switch networks := field(asked, "networks").(type) {
	case nil:
		if c.Version.AtLeast(mvNetworksRequired) {
			return fail.New(fail.Invalid, "Invalid input for field/attribute server. Value: %s. 'networks' is a required property", schema.Str(asked))
		}
	case schema.List:
		for _, n := range networks {
			network, _ := n.(schema.Dict)
			if id := text(network, "uuid"); id != "" {
				return fail.New(fail.Invalid, "Network %s could not be found.", id)
			}
			if port := text(network, "port"); port != "" {
				return fail.New(fail.Invalid, "Port %s could not be found.", port)
			}
		}
	}
	return nil
}

// checkImage tells whether there is something to boot from (nova/block_device.py, get_bdm_image_metadata).
func (s *Service) checkImage(c *httpapi.Call, v *Server, devices []BlockDevice) error {
	if v.ImageID != "" {
		return s.checkFit(c, v, v.ImageID, devices)
	}
	for _, d := range devices {
		switch {
		case !d.Root:
			continue
		case d.Source == sourceImage:
			return s.checkFit(c, v, d.SourceID, devices)
		case d.Source != "":
			return nil
		}
		volume, err := s.volumes.show(c.Context(), authOf(c), d.VolumeID)
		switch {
		case err != nil:
			return fail.New(fail.Invalid, "Block Device Mapping is Invalid: failed to get volume %s.", d.VolumeID)
		case volume.Bootable != "true":
			return fail.New(fail.Invalid, "Block Device %s is not bootable.", d.VolumeID)
		}
		return nil
	}
	return fail.New(fail.Invalid, "Invalid imageRef provided.")
}

// checkFit tells whether a flavor is large enough for an image; the disk does not matter where a volume takes its place
// (nova/compute/api.py, _validate_flavor_image_nostatus).
func (s *Service) checkFit(c *httpapi.Call, v *Server, id string, devices []BlockDevice) error {
	image, err := s.images.show(c.Context(), authOf(c), id)
	disk := v.Flavor.Disk << 30
	switch {
	case err != nil:
		return err
	case v.Flavor.RAM < image.MinRAM:
		return fail.New(fail.Invalid, "Flavor's memory is too small for requested image.")
	case slices.ContainsFunc(devices, func(d BlockDevice) bool { return d.Root }):
		return nil
	case disk == 0:
		if !c.May("os_compute_api:servers:create:zero_disk_flavor", nil) {
			return fail.New(fail.Forbidden, "Only volume-backed servers are allowed for flavors with zero disk.")
		}
		return nil
	case image.Size > disk:
		return fail.New(fail.Invalid, "Flavor's disk is too small for requested image. Flavor disk is %d bytes, image is %d bytes.", disk, image.Size)
	case image.MinDisk<<30 > disk:
		return fail.New(fail.Invalid, "Flavor's disk is smaller than the minimum size specified in image metadata. "+
			"Flavor disk is %d bytes, minimum size is %d bytes.", disk, image.MinDisk<<30)
	}
	return nil
}
