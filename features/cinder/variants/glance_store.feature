@cinder @glance @variant @config:variant_glance_store
Feature: A store for all uploads, by configuration
  A variant that was proposed and never merged: one option of Cinder, "store" in its group "glance", names the store of all
  uploads. Here it names "cheap", while Glance's default is "fast".

  @op:cinder.volumes.os-volume_upload_image
  Scenario: A type that names no store
    Given an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active" in the store "cheap"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: A type that names a store
    Given a volume type "gold" for images in the store "reliable"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active" in the store "reliable"

  @op:cinder.volumes.os-volume_upload_image @control
  Scenario: The configured store is gone
    Given an available volume "boot" of 1 GiB
    When the store "cheap" is removed from Glance
    And I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is gone
    And I find the message "copy volume to image:Failed to upload volume to image at backend." about the volume "boot", of the event "VOLUME_VOLUME_003_004"
