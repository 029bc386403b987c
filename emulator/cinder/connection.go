package cinder

import (
	"cmp"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// connector is what a host tells of itself, to be connected to a volume: a JSON object, kept as it came.
type connector struct{ fields schema.Dict }

// UnmarshalValue takes an object; what is none tells nothing.
func (k *connector) UnmarshalValue(v schema.Value) error {
	k.fields, _ = v.(schema.Dict)
	return nil
}

func (k connector) has(name string) bool {
	_, ok := k.fields.Get(name)
	return ok
}

// text is a field that holds a string, or a number; "" for null and for none.
func (k connector) text(name string) string {
	v, ok := k.fields.Get(name)
	if !ok || v == nil {
		return ""
	}
	return schema.Str(v)
}

func (k connector) with(name string, value any) connector {
	return connector{k.fields.With(name, value)}
}

// json is the connector as text.
func (k connector) json() (string, error) {
	text, err := json.Marshal(k.fields)
	if err != nil {
		return "", fail.New(fail.Invalid, badRequest) // NaN and its like, which Python takes for JSON
	}
	return string(text), nil
}

// connectionInfo is how a host reaches a volume.
type connectionInfo struct {
	driverType string
	data       schema.Dict
	base       string // mount_point_base, where there is one
}

// flat is the form in which attachments have it: one JSON object.
func (i connectionInfo) flat(attachment string, by connector, r release.Release) (string, error) {
	all := append(slices.Clone(i.data), schema.Pair{Key: "driver_volume_type", Value: i.driverType})
	if i.base != "" {
		all = append(all, schema.Pair{Key: "mount_point_base", Value: i.base})
	}
	all = append(all, schema.Pair{Key: "attachment_id", Value: attachment})
	if r.AtLeast(tellsMultipath) {
		all = append(all, schema.Pair{Key: "enforce_multipath", Value: by.enforceMultipath()})
	}
	text, err := json.Marshal(all)
	if err != nil {
		return "", fail.New(fail.Invalid, badRequest)
	}
	return string(text), nil
}

// tellsMultipath is the first release that gives enforce_multipath back to the host: Cinder 26.
const tellsMultipath = release.Epoxy

func (k connector) enforceMultipath() any {
	v, ok := k.fields.Get("enforce_multipath")
	if !ok {
		return false
	}
	return v
}

// connection is what the volume's backend answers to a host (the drivers' initialize_connection), and what the volume
// service adds to that (volume/manager.py, _parse_connection_options).
func (s *Service) connection(r state.Reader, v *Volume, by connector) (connectionInfo, error) {
	protocol := s.protocolOf(v.Host)
	for _, name := range protocol.wants {
		if !by.has(name) {
			return connectionInfo{}, fail.New(fail.Invalid, "Invalid input received: Connector doesn't have required information: %s", name)
		}
	}
	info := connectionInfo{driverType: protocol.driverType, data: protocol.data(v, by), base: protocol.base}
	typ, _ := s.types.Get(r, v.TypeID)
	mode := v.AdminMetadata[adminAttachedMode]
	if mode == "" {
		mode = "rw"
		if v.AdminMetadata[adminReadonly] == "True" {
			mode = "ro"
		}
	}
	info.data = append(info.data,
		schema.Pair{Key: "qos_specs", Value: s.frontEndSpecs(r, typ, v.Size)},
		schema.Pair{Key: "access_mode", Value: mode})
	if _, told := info.data.Get("encrypted"); !told {
		info.data = append(info.data, schema.Pair{Key: "encrypted", Value: v.EncryptionKeyID != ""})
	}
	info.data = append(info.data, schema.Pair{Key: "cacheable", Value: typ.Spec(specCacheable) == "<is> True"})
	return info, nil
}

// protocol is a way for hosts to reach volumes.
type protocol struct {
	driverType string
	wants      []string // what connectors must tell
	base       string
	data       func(v *Volume, by connector) schema.Dict
}

// protocolOf is the way to the volumes of a backend, which its capability storage_protocol names.
func (s *Service) protocolOf(host string) protocol {
	i := slices.IndexFunc(s.backends, func(b Backend) bool { return b.Host == host })
	if i < 0 {
		return protocol{driverType: "iscsi", wants: []string{"initiator"}, data: iscsiData}
	}
	pool, name := s.backends[i].pool(), s.reported[i]["storage_protocol"]
	if names, ok := name.([]any); ok && len(names) > 0 {
		name = names[0]
	}
	spelt, _ := name.(string)
	switch strings.ToLower(spelt) {
	case "ceph", "rbd":
		return protocol{driverType: "rbd", data: func(v *Volume, _ connector) schema.Dict { return rbdData(v, pool) }}
	case "nvme-of", "nvmeof":
		return protocol{driverType: "nvmeof", wants: []string{"initiator"}, data: nvmeofData}
	case "nfs":
		return protocol{driverType: "nfs", base: "/var/lib/cinder/mnt", data: func(v *Volume, _ connector) schema.Dict {
			return schema.Dict{{Key: "export", Value: "127.0.0.1:/srv/" + pool}, {Key: "name", Value: v.nameOnBackend()}, {Key: "format", Value: "raw"}}
		}}
	case "fc", "fibre_channel":
		return protocol{driverType: "fibre_channel", wants: []string{"wwpns"}, data: fibreChannelData}
	case "local", "file", "block":
		return protocol{driverType: "local", data: func(v *Volume, _ connector) schema.Dict {
			return schema.Dict{{Key: "device_path", Value: "/var/lib/cinder/" + pool + "/" + v.nameOnBackend()}}
		}}
	}
	return protocol{driverType: "iscsi", wants: []string{"initiator"}, data: iscsiData}
}

const iscsiPortal = "127.0.0.1:3260"

// iscsiData is what the LVM driver tells, with the target of LIO (volume/targets/iscsi.py).
func iscsiData(v *Volume, by connector) schema.Dict {
	iqn := "iqn.2010-10.org.openstack:" + v.nameOnBackend()
	data := schema.Dict{{Key: "target_discovered", Value: false}}
	if many, _ := by.fields.Get("multipath"); many == true {
		data = append(data, schema.Dict{
			{Key: "target_portals", Value: schema.List{iscsiPortal}},
			{Key: "target_iqns", Value: schema.List{iqn}},
			{Key: "target_luns", Value: schema.List{0}},
		}...)
	}
	return append(data, schema.Dict{
		{Key: "target_portal", Value: iscsiPortal},
		{Key: "target_iqn", Value: iqn},
		{Key: "target_lun", Value: 0},
		{Key: "volume_id", Value: v.ID},
		{Key: "auth_method", Value: "CHAP"},
		{Key: "auth_username", Value: digits("chap user", v.ID, 20)},
		{Key: "auth_password", Value: digits("chap password", v.ID, 16)},
		{Key: "encrypted", Value: v.EncryptionKeyID != ""},
	}...)
}

// rbdData is what the Ceph driver tells (volume/drivers/rbd.py).
func rbdData(v *Volume, pool string) schema.Dict {
	return schema.Dict{
		{Key: "name", Value: pool + "/" + v.nameOnBackend()},
		{Key: "hosts", Value: schema.List{"127.0.0.1"}},
		{Key: "ports", Value: schema.List{"6789"}},
		{Key: "cluster_name", Value: "ceph"},
		{Key: "auth_enabled", Value: true},
		{Key: "auth_username", Value: "cinder"},
		{Key: "secret_type", Value: "ceph"},
		{Key: "secret_uuid", Value: serviceUUID("ceph")},
		{Key: "volume_id", Value: v.ID},
		{Key: "discard", Value: true},
	}
}

// nvmeofData is what the LVM driver tells with a target of NVMe over fabrics (volume/targets/nvmeof.py).
func nvmeofData(v *Volume, _ connector) schema.Dict {
	return schema.Dict{
		{Key: "target_portal", Value: "127.0.0.1"},
		{Key: "target_port", Value: 4420},
		{Key: "nqn", Value: "nqn.nvme-subsystem-1-" + v.ID},
		{Key: "transport_type", Value: "tcp"},
		{Key: "ns_id", Value: 10},
	}
}

// fibreChannelData is what drivers of Fibre Channel tell (volume/driver.py).
func fibreChannelData(v *Volume, by connector) schema.Dict {
	target := "5006" + digits("wwn", v.ID, 12)
	targets := schema.Dict{}
	if list, ok := by.fields.Get("wwpns"); ok {
		names, _ := list.(schema.List)
		for _, name := range names {
			targets = targets.With(schema.Str(name), schema.List{target})
		}
	}
	return schema.Dict{
		{Key: "target_discovered", Value: true},
		{Key: "target_lun", Value: 1},
		{Key: "target_wwn", Value: schema.List{target}},
		{Key: "initiator_target_map", Value: targets},
	}
}

// digits are hex digits that are always the same for the same thing: nothing here is worth a secret.
func digits(what, id string, n int) string {
	sum := sha1.Sum([]byte(what + "/" + id))
	text := hex.EncodeToString(sum[:])
	return text[:min(n, len(text))]
}

// connectionOut is a connection on the wire of os-initialize_connection.
type connectionOut struct {
	Info struct {
		DriverVolumeType string      `json:"driver_volume_type"`
		Data             schema.Dict `json:"data"`
		MountPointBase   string      `json:"mount_point_base,omitempty"`
		EnforceMultipath any         `json:"enforce_multipath,omitempty"`
	} `json:"connection_info"`
}

func newConnectionOut(i connectionInfo, by connector, r release.Release) connectionOut {
	var out connectionOut
	out.Info.DriverVolumeType, out.Info.Data, out.Info.MountPointBase = i.driverType, i.data, i.base
	if r.AtLeast(tellsMultipath) {
		out.Info.Data = append(out.Info.Data, schema.Pair{Key: "enforce_multipath", Value: by.enforceMultipath()})
		out.Info.EnforceMultipath = cmp.Or(by.enforceMultipath())
	}
	return out
}
