package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/schema"

// Request schemas of volumes and their actions (cinder/api/schemas/volumes.py, volume_actions.py, volume_metadata.py,
// volume_image_metadata.py, admin_actions.py, scheduler_hints.py).
var (
	schemaName = schema.Dict{
		{"type", schema.List{"string", "null"}},
		{"format", "name_non_mandatory_remove_white_spaces"},
	}
	schemaDescription = schema.Dict{
		{"type", schema.List{"string", "null"}},
		{"format", "description_non_mandatory_remove_white_spaces"},
	}
	schemaNewVolume = schema.Dict{
		{"name", schemaName},
		{"description", schemaDescription},
		{"display_name", schemaName},
		{"display_description", schemaDescription},
		{"volume_type", schemaNullableText},
		{"metadata", schemaExtraSpecs.With("type", schema.List{"object", "null"})},
		{"snapshot_id", schemaOptionalUUID},
		{"source_volid", schemaOptionalUUID},
		{"consistencygroup_id", schemaOptionalUUID},
		{"size", schemaVolumeSize.With("type", schema.List{"integer", "string", "null"})},
		{"availability_zone", schema.Dict{{"type", schema.List{"string", "null"}}, {"minLength", 1}, {"maxLength", 255}}},
		{"multiattach", schemaOptionalBoolean},
		{"image_id", schemaNullableText},
		{"imageRef", schemaNullableText},
	}
	schemaNewVolume313 = schemaNewVolume.With("group_id", schemaNullableText)
	schemaNewVolume347 = schemaNewVolume313.With("backup_id", schemaOptionalUUID)

	schemaVolumeOrList = schema.Dict{{"oneOf", schema.List{
		schemaUUID,
		schema.Dict{{"type", "array"}, {"items", schemaUUID}, {"uniqueItems", true}},
	}}}
	schemaHints = schema.New(schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{{"OS-SCH-HNT:scheduler_hints", schema.Dict{
			{"type", schema.List{"object", "null"}},
			{"properties", schema.Dict{
				{"local_to_instance", schemaOptionalUUID},
				{"different_host", schemaVolumeOrList},
				{"same_host", schemaVolumeOrList},
				{"query", schema.Dict{{"type", schema.List{"string", "object"}}}},
			}},
			{"additionalProperties", true},
		}}}},
	})

	schemaVolumeCreate    = newVolumeSchema(schemaNewVolume, true)
	schemaVolumeCreate313 = newVolumeSchema(schemaNewVolume313, true)
	schemaVolumeCreate347 = newVolumeSchema(schemaNewVolume347, true)
	schemaVolumeCreate353 = newVolumeSchema(schemaNewVolume347, false)
	schemaVolumeUpdate    = volumeUpdateSchema(nil)
	schemaVolumeUpdate353 = volumeUpdateSchema(schema.Dict{{"anyOf", schema.List{
		schema.Dict{{"required", schema.List{"name"}}},
		schema.Dict{{"required", schema.List{"description"}}},
		schema.Dict{{"required", schema.List{"display_name"}}},
		schema.Dict{{"required", schema.List{"display_description"}}},
		schema.Dict{{"required", schema.List{"metadata"}}},
	}}})

	// Upstream's schemas of metadata have a property by the name of "type", misplaced, and break on a body that has one;
	// here it is refused.
	schemaMetadata = schema.New(schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{{"metadata", schemaExtraSpecs}}},
		{"required", schema.List{"metadata"}},
		{"additionalProperties", false},
	})
	schemaMeta = schema.New(schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{
			{"meta", schemaExtraSpecs.With("minProperties", 1).With("maxProperties", 1)},
		}},
		{"required", schema.List{"meta"}},
		{"additionalProperties", false},
	})

	schemaUploadParams = schema.Dict{
		{"image_name", schema.Dict{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}},
		{"force", schemaBoolean},
		{"disk_format", schema.Dict{{"type", "string"}, {"enum", schema.List{"raw", "vmdk", "vdi", "qcow2", "vhd", "vhdx", "ploop"}}}},
		{"container_format", schemaTypeDescription},
	}
	schemaUploadParams31 = schemaUploadParams.
				With("visibility", schema.Dict{{"type", "string"}, {"enum", schema.List{"community", "public", "private", "shared"}}}).
				With("protected", schemaBoolean)
	schemaStoreParam = schema.Dict{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}

	schemaUpload        = action("os-volume_upload_image", closed(schemaUploadParams, "image_name"))
	schemaUpload31      = action("os-volume_upload_image", closed(schemaUploadParams31, "image_name"))
	schemaUploadStore   = action("os-volume_upload_image", closed(schemaUploadParams.With("store", schemaStoreParam), "image_name"))
	schemaUploadStore31 = action("os-volume_upload_image", closed(schemaUploadParams31.With("store", schemaStoreParam), "image_name"))

	schemaExtend         = action("os-extend", closed(schema.Dict{{"new_size", schemaVolumeSize}}, "new_size"))
	schemaSetBootable    = action("os-set_bootable", closed(schema.Dict{{"bootable", schemaBoolean}}, "bootable"))
	schemaUpdateReadonly = action("os-update_readonly_flag", closed(schema.Dict{{"readonly", schemaBoolean}}, "readonly"))
	schemaForceDelete    = action("os-force_delete", schema.Dict{})
	schemaShowImageMeta  = action("os-show_image_metadata", schema.Dict{})
	schemaSetImageMeta   = action("os-set_image_metadata", closed(schema.Dict{{"metadata", schema.Dict{
		{"type", "object"},
		{"patternProperties", schema.Dict{{"^[a-zA-Z0-9-_:. /]{1,255}$", schema.Dict{{"type", "string"}, {"format", "mysql_text"}}}}},
		{"additionalProperties", false},
	}}}, "metadata"))
	schemaUnsetImageMeta = action("os-unset_image_metadata", closed(schema.Dict{
		{"key", schema.Dict{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}},
	}, "key"))
	schemaResetStatus = action("os-reset_status", schema.Dict{
		{"type", "object"},
		{"format", "validate_volume_reset_body"},
		{"properties", schema.Dict{
			{"status", schema.Dict{{"type", schema.List{"string", "null"}}, {"format", "volume_status"}}},
			{"attach_status", schema.Dict{{"type", schema.List{"string", "null"}}, {"format", "volume_attach_status"}}},
			{"migration_status", schema.Dict{{"type", schema.List{"string", "null"}}, {"format", "volume_migration_status"}}},
		}},
		{"additionalProperties", false},
	})
)

// closed is an object of these properties and no others.
func closed(properties schema.Dict, required ...any) schema.Dict {
	return schema.Dict{
		{"type", "object"},
		{"properties", properties},
		{"required", schema.List(required)},
		{"additionalProperties", false},
	}
}

func newVolumeSchema(properties schema.Dict, open bool) *schema.Schema {
	return schema.New(schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{
			{"volume", schema.Dict{{"type", "object"}, {"properties", properties}, {"additionalProperties", open}}},
			{"OS-SCH-HNT:scheduler_hints", schema.Dict{{"type", schema.List{"object", "null"}}}},
		}},
		{"required", schema.List{"volume"}},
		{"additionalProperties", false},
	})
}

func volumeUpdateSchema(more schema.Dict) *schema.Schema {
	volume := schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{
			{"name", schemaName},
			{"description", schemaDescription},
			{"display_name", schemaName},
			{"display_description", schemaDescription},
			{"metadata", schemaExtraSpecs},
		}},
		{"additionalProperties", false},
	}
	return schema.New(schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{{"volume", append(volume, more...)}}},
		{"required", schema.List{"volume"}},
		{"additionalProperties", false},
	})
}
