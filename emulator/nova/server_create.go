package nova

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

var schemaNetwork = schema.Dict{
	{"type", "object"},
	{"properties", schema.Dict{
		{"fixed_ip", schema.Dict{{"type", "string"}}},
		{"port", schema.Dict{{"type", schema.List{"string", "null"}}, {"format", "uuid"}}},
		{"uuid", schema.Dict{{"type", "string"}, {"format", "uuid"}}},
		{"tag", schemaTag}, // since 2.32
	}},
	{"additionalProperties", false},
}

var schemaServerCreate = schema.New(schema.Dict{
	{"type", "object"},
	{"properties", schema.Dict{{"server", schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{
			{"name", schemaName},
			{"flavorRef", schema.Dict{{"type", schema.List{"string", "integer"}}, {"minLength", 1}}},
			{"imageRef", schema.Dict{{"oneOf", schema.List{
				schema.Dict{{"type", "string"}, {"format", "uuid"}}, schema.Dict{{"type", "string"}, {"maxLength", 0}},
			}}}},
			{"metadata", schema.Dict{{"type", "object"}}},
			{"networks", schema.Dict{{"oneOf", schema.List{
				schema.Dict{{"type", "array"}, {"items", schemaNetwork}},
				schema.Dict{{"type", "string"}, {"enum", schema.List{"none", "auto"}}},
			}}}},
			{"key_name", schemaName},
			{"security_groups", schemaSecurityGroups},
			{"block_device_mapping_v2", schema.Dict{{"type", "array"}, {"maxItems", 255}, {"items", schemaBlockDevice}}},
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
		DiskConfig     string `json:"OS-DCF:diskConfig"`
		SecurityGroups any    `json:"security_groups"`
		AdminPass      string `json:"adminPass"`
	} `json:"server"`
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
	if v.Groups, err = s.groupsAsked(c, asked); err != nil {
		return out, err
	}
	if name := text(asked, "key_name"); name != "" {
		if _, err := s.keyPairFor(s.db.View(), c.Auth.UserID, name); err != nil {
			return out, fail.New(fail.Invalid, "Invalid key_name provided.")
		}
		v.KeyName = &name
	}
	if d, ok := field(asked, "description").(string); ok && c.Version.AtLeast(mvServerDescription) {
		v.Description = &d
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
		for other := range s.servers.All(tx) {
			v.Number = max(v.Number, other.Number+1)
		}
		s.servers.Put(tx, v)
		for _, d := range devices {
			s.devices.Put(tx, d)
		}
		s.beginAction(tx, c, v.ID, actionCreate)
		s.queue.Begin(tx, kindCreateServer, serverJob{Server: v.ID, Auth: authOf(c)})
		return nil
	})
	out.Server.serverRef = serverRef{v.ID, linksOf(c, "servers", v.ID)}
	out.Server.DiskConfig, out.Server.AdminPass = "MANUAL", s.ids.UUID()[:12]
	out.Server.SecurityGroups = []securityGroup{{Name: defaultGroup}}
	if given, ok := asked.Get("security_groups"); ok {
		out.Server.SecurityGroups = given
	}
	c.Header()["Location"] = []string{out.Server.Links[0].Href}
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
		return s.images.exists(c.Context(), authOf(c), v.ImageID)
	}
	for _, d := range devices {
		switch {
		case !d.Root:
			continue
		case d.Source == sourceImage:
			return s.images.exists(c.Context(), authOf(c), d.SourceID)
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
