package nova

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

var schemaServerCreate = schema.New(schema.Dict{
	{"type", "object"},
	{"properties", schema.Dict{{"server", schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{
			{"name", schemaName},
			{"flavorRef", schema.Dict{{"type", schema.List{"string", "integer"}}, {"minLength", 1}}},
			{"imageRef", schema.Dict{{"type", "string"}}},
			{"metadata", schema.Dict{{"type", "object"}}},
			{"networks", schema.Dict{{"oneOf", schema.List{
				schema.Dict{{"type", "array"}, {"items", schema.Dict{{"type", "object"}}}},
				schema.Dict{{"type", "string"}, {"enum", schema.List{"none", "auto"}}},
			}}}},
			{"block_device_mapping_v2", schema.Dict{{"type", "array"}, {"maxItems", 255}, {"items", schema.Dict{{"type", "object"}}}}},
			{"min_count", whole(1)},
			{"max_count", whole(1)},
		}},
		{"required", schema.List{"name", "flavorRef"}},
	}}}},
	{"required", schema.List{"server"}},
})

type newServerOut struct {
	Server struct {
		serverRef
		DiskConfig     string          `json:"OS-DCF:diskConfig"`
		SecurityGroups []securityGroup `json:"security_groups"`
		AdminPass      string          `json:"adminPass"`
	} `json:"server"`
}

type securityGroup struct {
	Name string `json:"name"`
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
	if number(asked, "min_count") > 1 || number(asked, "max_count") > 1 {
		return out, &fail.Error{Kind: fail.NotImplemented, ID: "nova.servers.create of several servers"}
	}
	flavor, ok := s.flavors.Get(s.db.View(), text(asked, "flavorRef"))
	if !ok {
		return out, fail.New(fail.Invalid, "Flavor %s could not be found.", text(asked, "flavorRef"))
	}
	v := Server{
		ID: s.ids.UUID(), Name: strings.TrimSpace(text(asked, "name")), ProjectID: c.Auth.ProjectID, UserID: c.Auth.UserID,
		Status: StatusBuild, Task: "scheduling", Flavor: flavor, ImageID: text(asked, "imageRef"), Metadata: textsOf(member(asked, "metadata")),
		Ports: ports, CreatedAt: c.Now, UpdatedAt: c.Now,
	}
	if d, ok := field(asked, "description").(string); ok && c.Version.AtLeast(mvServerDescription) {
		v.Description = &d
	}
	devices, err := s.devicesAsked(&v, asked)
	if err != nil {
		return out, err
	}
	if err := s.checkImage(c, &v, devices); err != nil {
		return out, err
	}
	for i := range devices {
		if err := s.reserve(c, &devices[i]); err != nil {
			for _, d := range devices[:i] { // those that were reserved are nobody's now
				_ = s.volumes.deleteAttachment(c.Context(), authOf(c), d.AttachmentID)
			}
			return out, err
		}
	}
	err = s.db.Update(func(tx *state.Tx) error {
		for other := range s.servers.All(tx) {
			v.Number = max(v.Number, other.Number+1)
		}
		s.servers.Put(tx, v)
		for _, d := range devices {
			s.devices.Put(tx, d)
		}
		s.beginAction(tx, c, v.ID, actionCreate)
		s.queue.Begin(tx, kindCreateServer, serverJob{v.ID, authOf(c)})
		return nil
	})
	out.Server.serverRef = serverRef{v.ID, linksOf(c, "servers", v.ID)}
	out.Server.DiskConfig, out.Server.AdminPass = "MANUAL", s.ids.UUID()[:12]
	out.Server.SecurityGroups = []securityGroup{{"default"}}
	c.Header()["Location"] = []string{out.Server.Links[0].Href}
	return out, err
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

// devicesAsked are the block devices that a server asks for besides its image's.
func (s *Service) devicesAsked(v *Server, asked schema.Dict) ([]BlockDevice, error) {
	list, _ := field(asked, "block_device_mapping_v2").(schema.List)
	var devices []BlockDevice
	for _, item := range list {
		in, _ := item.(schema.Dict)
		source, destination := text(in, "source_type"), text(in, "destination_type")
		if source == "image" && destination == "local" {
			continue // the image that is named beside
		}
		if source != "volume" {
			return nil, &fail.Error{Kind: fail.NotImplemented, ID: "nova.servers.create with a block device from " + source}
		}
		id := text(in, "uuid")
		if !isUUIDLike(id) {
			return nil, fail.New(fail.Invalid, "Block Device Mapping is Invalid: Missing device UUID.")
		}
		d := BlockDevice{
			ID: s.ids.UUID(), ServerID: v.ID, VolumeID: id, DeleteOnTermination: truth(in, "delete_on_termination"),
			Number: len(devices), Root: text(in, "boot_index") == "0",
		}
		if tag := text(in, "tag"); tag != "" {
			d.Tag = &tag
		}
		devices = append(devices, d)
	}
	if len(devices) >= maxDevices {
		return nil, tooManyDevices()
	}
	next := 1
	for i := range devices {
		if devices[i].Root {
			devices[i].Device = deviceName(0)
			continue
		}
		devices[i].Device = deviceName(next)
		next++
	}
	return devices, nil
}

// checkImage tells whether there is something to boot from (nova/block_device.py, get_bdm_image_metadata).
func (s *Service) checkImage(c *httpapi.Call, v *Server, devices []BlockDevice) error {
	if v.ImageID != "" {
		return s.images.exists(c.Context(), authOf(c), v.ImageID)
	}
	for _, d := range devices {
		if !d.Root {
			continue
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
	if len(devices) > 0 {
		return fail.New(fail.Invalid, "Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping combination is not valid.")
	}
	return fail.New(fail.Invalid, "Invalid imageRef provided.")
}
