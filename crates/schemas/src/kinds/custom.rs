//! Custom kinds that repositories use, with their scope. Taken from what the projects publish; a
//! kind that has different scopes in different versions of a project is left out.

/// API group; namespaced kinds; cluster-scoped kinds. Kinds are separated by a space.
pub(super) struct Group(pub &'static str, pub &'static str, pub &'static str);

/// Sorted by group.
pub(super) const GROUPS: &[Group] = &[
    Group(
        "aadpodidentity.k8s.io",
        "AzureAssignedIdentity AzureIdentity AzureIdentityBinding AzurePodIdentityException",
        "",
    ),
    Group("access.smi-spec.io", "TrafficTarget", ""),
    Group("acid.zalan.do", "OperatorConfiguration postgresql", ""),
    Group("acme.cert-manager.io", "Challenge Order", ""),
    Group(
        "actions.github.com",
        "AutoscalingListener AutoscalingRunnerSet EphemeralRunner EphemeralRunnerSet",
        "",
    ),
    Group(
        "actions.summerwind.dev",
        "HorizontalRunnerAutoscaler Runner RunnerDeployment RunnerReplicaSet RunnerSet",
        "",
    ),
    Group(
        "addon.open-cluster-management.io",
        "AddOnDeploymentConfig ManagedClusterAddOn",
        "AddOnTemplate ClusterManagementAddOn",
    ),
    Group(
        "addons.cluster.x-k8s.io",
        "ClusterResourceSet ClusterResourceSetBinding HelmChartProxy HelmReleaseProxy",
        "",
    ),
    Group(
        "agent-install.openshift.io",
        "Agent AgentClassification HypershiftAgentServiceConfig InfraEnv NMStateConfig",
        "AgentServiceConfig",
    ),
    Group("agent.k8s.elastic.co", "Agent", ""),
    Group("agones.dev", "Fleet GameServer GameServerSet", ""),
    Group("allocation.agones.dev", "GameServerAllocation", ""),
    Group(
        "apiextensions.crossplane.io",
        "",
        "CompositeResourceDefinition Composition CompositionRevision EnvironmentConfig \
        ManagedResourceActivationPolicy ManagedResourceDefinition Usage",
    ),
    Group("apiserver.openshift.io", "", "APIRequestCount"),
    Group(
        "apisix.apache.org",
        "ApisixConsumer ApisixPluginConfig ApisixRoute ApisixTls ApisixUpstream",
        "ApisixClusterConfig",
    ),
    Group("apm.k8s.elastic.co", "ApmServer", ""),
    Group("app.k8s.io", "Application", ""),
    Group("app.terraform.io", "AgentPool Module Project Workspace", ""),
    Group(
        "apps.kruise.io",
        "AdvancedCronJob BroadcastJob CloneSet ContainerRecreateRequest DaemonSet EphemeralJob \
        ImagePullJob PersistentPodState PodProbeMarker StatefulSet UnitedDeployment \
        WorkloadSpread",
        "NodeImage NodePodProbe ResourceDistribution SidecarSet",
    ),
    Group(
        "apps.open-cluster-management.io",
        "Channel Deployable GitOpsCluster HelmRelease PlacementRule Subscription \
        SubscriptionReport SubscriptionStatus",
        "",
    ),
    Group("apps.openshift.io", "DeploymentConfig", ""),
    Group(
        "aquasecurity.github.io",
        "AquaStarboard ConfigAuditReport ExposedSecretReport InfraAssessmentReport \
        RbacAssessmentReport SbomReport VulnerabilityReport",
        "ClusterComplianceReport ClusterConfigAuditReport ClusterInfraAssessmentReport \
        ClusterRbacAssessmentReport ClusterSbomReport ClusterVulnerabilityReport",
    ),
    Group("argocd-image-updater.argoproj.io", "ImageUpdater", ""),
    Group(
        "argoproj.io",
        "AnalysisRun AnalysisTemplate AppProject Application ApplicationSet ArgoCD ArgoCDExport \
        CronWorkflow EventBus EventSource Experiment NamespaceManagement \
        NotificationsConfiguration Rollout Sensor Workflow WorkflowArtifactGCTask \
        WorkflowEventBinding WorkflowTaskResult WorkflowTaskSet WorkflowTemplate",
        "ClusterAnalysisTemplate ClusterWorkflowTemplate",
    ),
    Group(
        "astra.netapp.io",
        "AppVault Application Backup ExecHook ExecHooksRun ResourceBackup ResticVolumeBackup \
        Schedule Snapshot",
        "",
    ),
    Group(
        "atlas.mongodb.com",
        "AtlasBackupCompliancePolicy AtlasBackupPolicy AtlasBackupSchedule AtlasCluster \
        AtlasCustomRole AtlasDataFederation AtlasDatabaseUser AtlasDeployment AtlasFederatedAuth \
        AtlasIPAccessList AtlasNetworkContainer AtlasNetworkPeering AtlasOrgSettings \
        AtlasPrivateEndpoint AtlasProject AtlasSearchIndexConfig AtlasStreamConnection \
        AtlasStreamInstance AtlasTeam AtlasThirdPartyIntegration",
        "",
    ),
    Group("authentication.istio.io", "Policy", "MeshPolicy"),
    Group(
        "authorization.openshift.io",
        "LocalResourceAccessReview LocalSubjectAccessReview Role RoleBinding \
        RoleBindingRestriction",
        "ClusterRole ClusterRoleBinding ResourceAccessReview SubjectAccessReview",
    ),
    Group("automationcontroller.ansible.com", "AutomationController", ""),
    Group("autoscaling.agones.dev", "FleetAutoscaler", ""),
    Group("autoscaling.internal.knative.dev", "Metric PodAutoscaler", ""),
    Group("autoscaling.k8s.elastic.co", "ElasticsearchAutoscaler", ""),
    Group("autoscaling.k8s.io", "VerticalPodAutoscaler VerticalPodAutoscalerCheckpoint", ""),
    Group("autoscaling.openshift.io", "MachineAutoscaler", "ClusterAutoscaler"),
    Group("autoscaling.x-k8s.io", "CapacityBuffer ProvisioningRequest", ""),
    Group("awx.ansible.com", "AWX AWXBackup AWXRestore", ""),
    Group("barmancloud.cnpg.io", "ObjectStore", ""),
    Group("batch.volcano.sh", "CronJob Job JobFlow JobTemplate", ""),
    Group("beat.k8s.elastic.co", "Beat", ""),
    Group("bitnami.com", "SealedSecret", ""),
    Group("bootstrap.cluster.x-k8s.io", "KubeadmConfig KubeadmConfigTemplate", ""),
    Group(
        "broker.amq.io",
        "ActiveMQArtemis ActiveMQArtemisAddress ActiveMQArtemisScaledown ActiveMQArtemisSecurity",
        "",
    ),
    Group("build.openshift.io", "Build BuildConfig", ""),
    Group("caching.internal.knative.dev", "Image", ""),
    Group(
        "camel.apache.org",
        "Build CamelCatalog CamelMonitor Integration IntegrationContext IntegrationKit \
        IntegrationPlatform IntegrationProfile Kamelet KameletBinding Karavan Pipe",
        "",
    ),
    Group(
        "capsule.clastix.io",
        "TenantResource",
        "CapsuleConfiguration GlobalTenantResource Tenant",
    ),
    Group("cassandra.datastax.com", "CassandraDatacenter", ""),
    Group("cassandra.rook.io", "Cluster", ""),
    Group("catalog.cattle.io", "App Operation UIPlugin", "ClusterRepo"),
    Group(
        "cdi.kubevirt.io",
        "DataImportCron DataSource DataVolume",
        "CDI CDIConfig ObjectTransfer StorageProfile",
    ),
    Group(
        "ceph.rook.io",
        "CephBlockPool CephBlockPoolRadosNamespace CephBucketNotification CephBucketTopic \
        CephCOSIDriver CephClient CephCluster CephFilesystem CephFilesystemMirror \
        CephFilesystemSubVolumeGroup CephNFS CephNVMeOFGateway CephObjectRealm CephObjectStore \
        CephObjectStoreUser CephObjectZone CephObjectZoneGroup CephRBDMirror",
        "",
    ),
    Group("cert-manager.io", "Certificate CertificateRequest Issuer", "ClusterIssuer"),
    Group("certmanager.k8s.io", "Certificate Challenge Issuer Order", "ClusterIssuer"),
    Group(
        "chaos-mesh.org",
        "AWSChaos AzureChaos BlockChaos DNSChaos GCPChaos HTTPChaos IOChaos JVMChaos KernelChaos \
        NetworkChaos PhysicalMachine PhysicalMachineChaos PodChaos PodHttpChaos PodIOChaos \
        PodNetworkChaos Schedule StatusCheck StressChaos TimeChaos Workflow WorkflowNode",
        "RemoteCluster",
    ),
    Group(
        "cilium.io",
        "CiliumEndpoint CiliumEnvoyConfig CiliumGatewayClassConfig CiliumLocalRedirectPolicy \
        CiliumNetworkPolicy CiliumNodeConfig",
        "CiliumBGPAdvertisement CiliumBGPClusterConfig CiliumBGPNodeConfig \
        CiliumBGPNodeConfigOverride CiliumBGPPeerConfig CiliumBGPPeeringPolicy CiliumCIDRGroup \
        CiliumClusterwideEnvoyConfig CiliumClusterwideNetworkPolicy CiliumEgressGatewayPolicy \
        CiliumEndpointSlice CiliumExternalWorkload CiliumIdentity CiliumL2AnnouncementPolicy \
        CiliumLoadBalancerIPPool CiliumNode CiliumPodIPPool",
    ),
    Group("clickhouse-keeper.altinity.com", "ClickHouseKeeperInstallation", ""),
    Group(
        "clickhouse.altinity.com",
        "ClickHouseInstallation ClickHouseInstallationTemplate ClickHouseOperatorConfiguration",
        "",
    ),
    Group("clone.kubevirt.io", "VirtualMachineClone", ""),
    Group("cloud.google.com", "BackendConfig", "ComputeClass"),
    Group("cloud.network.openshift.io", "", "CloudPrivateIPConfig"),
    Group("cluster.karmada.io", "", "Cluster"),
    Group(
        "cluster.open-cluster-management.io",
        "AddOnPlacementScore ClusterCurator ManagedClusterSetBinding Placement PlacementDecision",
        "ClusterClaim ManagedCluster ManagedClusterSet",
    ),
    Group("cluster.redpanda.com", "Console Redpanda Schema Topic User", ""),
    Group(
        "cluster.x-k8s.io",
        "Cluster ClusterClass Machine MachineDeployment MachineDrainRule MachineHealthCheck \
        MachinePool MachineSet",
        "",
    ),
    Group("clusterctl.cluster.x-k8s.io", "Provider", ""),
    Group("collectors.grafana.com", "Alloy", ""),
    Group(
        "components.platform.opendatahub.io",
        "",
        "CodeFlare Dashboard DataSciencePipelines FeastOperator Kserve Kueue LlamaStackOperator \
        MLflowOperator ModelController ModelMeshServing ModelRegistry ModelsAsService OGX Ray \
        SparkOperator Trainer TrainingOperator TrustyAI Workbenches",
    ),
    Group("config.gatekeeper.sh", "Config", ""),
    Group(
        "config.istio.io",
        "QuotaSpec QuotaSpecBinding adapter attributemanifest handler instance rule template",
        "",
    ),
    Group("config.kio.kasten.io", "Policy Profile TransformSet", ""),
    Group("config.kiosk.sh", "", "Account AccountQuota Template"),
    Group(
        "config.openshift.io",
        "ImagePolicy",
        "APIServer Authentication Backup Build CRIOCredentialProviderConfig ClusterImagePolicy \
        ClusterMonitoring ClusterOperator ClusterVersion Console DNS FeatureGate Image \
        ImageContentPolicy ImageDigestMirrorSet ImageTagMirrorSet Infrastructure Ingress \
        InsightsDataGather Network Node OAuth OperatorHub PKI Project Proxy Scheduler",
    ),
    Group("config.stackrox.io", "SecurityPolicy", ""),
    Group(
        "configuration.konghq.com",
        "IngressClassParameters KongConsumer KongConsumerGroup KongCustomEntity KongIngress \
        KongPlugin KongUpstreamPolicy TCPIngress UDPIngress",
        "KongClusterPlugin KongLicense KongVault",
    ),
    Group("connection.gatekeeper.sh", "Connection", ""),
    Group(
        "console.openshift.io",
        "OdhQuickStart",
        "ConsoleCLIDownload ConsoleExternalLogLink ConsoleLink ConsoleNotification ConsolePlugin \
        ConsoleQuickStart ConsoleSample ConsoleYAMLSample",
    ),
    Group(
        "consul.hashicorp.com",
        "ControlPlaneRequestLimit ExportedServices GatewayPolicy IngressGateway JWTProvider Mesh \
        MeshService PeeringAcceptor PeeringDialer ProxyDefaults Registration RouteAuthFilter \
        RouteRetryFilter RouteTimeoutFilter SamenessGroup ServiceDefaults ServiceIntentions \
        ServiceResolver ServiceRouter ServiceSplitter TerminatingGateway",
        "GatewayClassConfig",
    ),
    Group("contour.heptio.com", "IngressRoute TLSCertificateDelegation", ""),
    Group("controller.devfile.io", "DevWorkspaceOperatorConfig DevWorkspaceRouting", ""),
    Group(
        "controlplane.cluster.x-k8s.io",
        "AWSManagedControlPlane KubeadmControlPlane KubeadmControlPlaneTemplate RosaControlPlane",
        "",
    ),
    Group("controlplane.operator.openshift.io", "PodNetworkConnectivityCheck", ""),
    Group("core.cnrm.cloud.google.com", "ConfigConnectorContext", "ConfigConnector"),
    Group(
        "core.gardener.cloud",
        "BackupEntry SecretBinding Shoot",
        "BackupBucket CloudProfile ControllerDeployment ControllerInstallation \
        ControllerRegistration Project Seed",
    ),
    Group(
        "core.oam.dev",
        "Application ApplicationRevision ComponentDefinition Policy PolicyDefinition \
        ScopeDefinition TraitDefinition Workflow WorkflowStepDefinition WorkloadDefinition",
        "ResourceTracker",
    ),
    Group("core.spinkube.dev", "SpinApp SpinAppExecutor", ""),
    Group("core.strimzi.io", "StrimziPodSet", ""),
    Group("cr.kanister.io", "ActionSet Blueprint Profile RepositoryServer", ""),
    Group(
        "crd.antrea.io",
        "ExternalNode Group NetworkPolicy",
        "ClusterGroup ClusterNetworkPolicy Egress ExternalIPPool IPPool Tier Traceflow",
    ),
    Group("crd.k8s.amazonaws.com", "", "CNINode ENIConfig"),
    Group(
        "crd.projectcalico.org",
        "NetworkPolicy NetworkSet StagedKubernetesNetworkPolicy StagedNetworkPolicy",
        "BGPConfiguration BGPFilter BGPPeer BlockAffinity CalicoNodeStatus ClusterInformation \
        FelixConfiguration GlobalNetworkPolicy GlobalNetworkSet HostEndpoint IPAMBlock \
        IPAMConfig IPAMHandle IPPool IPReservation KubeControllersConfiguration \
        StagedGlobalNetworkPolicy Tier",
    ),
    Group("crdb.cockroachlabs.com", "CrdbCluster", ""),
    Group("dapr.io", "Component Configuration HTTPEndpoint Resiliency Subscription", ""),
    Group("dashboard.opendatahub.io", "AcceleratorProfile OdhApplication OdhDocument", ""),
    Group("data.packaging.carvel.dev", "Package PackageMetadata", ""),
    Group("databases.spotahome.com", "RedisFailover", ""),
    Group(
        "datadoghq.com",
        "DatadogAgent DatadogAgentInternal DatadogAgentProfile DatadogCSIDriver DatadogDashboard \
        DatadogGenericResource DatadogInstrumentation DatadogMetric DatadogMonitor \
        DatadogPodAutoscaler DatadogSLO",
        "DatadogPodAutoscalerClusterProfile",
    ),
    Group("datasciencecluster.opendatahub.io", "", "DataScienceCluster"),
    Group("db.atlasgo.io", "AtlasMigration AtlasSchema", ""),
    Group("dex.coreos.com", "AuthCode", ""),
    Group("dscinitialization.opendatahub.io", "", "DSCInitialization FeatureTracker"),
    Group("dynatrace.com", "DynaKube EdgeConnect", ""),
    Group("eks.amazonaws.com", "TargetGroupBinding", "CNINode IngressClassParams NodeClass"),
    Group("elasticsearch.k8s.elastic.co", "Elasticsearch", ""),
    Group("elbv2.k8s.aws", "TargetGroupBinding", "IngressClassParams"),
    Group("enterprisesearch.k8s.elastic.co", "EnterpriseSearch", ""),
    Group("etcd.openshift.io", "", "PacemakerCluster"),
    Group("eventing.keda.sh", "CloudEventSource", "ClusterCloudEventSource"),
    Group(
        "eventing.knative.dev",
        "Broker EventPolicy EventTransform EventType RequestReply Trigger",
        "",
    ),
    Group("expansion.gatekeeper.sh", "", "ExpansionTemplate"),
    Group("export.kubevirt.io", "VirtualMachineExport", ""),
    Group("extensions.istio.io", "TrafficExtension WasmPlugin", ""),
    Group(
        "external-secrets.io",
        "ExternalSecret PushSecret SecretStore",
        "ClusterExternalSecret ClusterPushSecret ClusterSecretStore",
    ),
    Group("externaldata.gatekeeper.sh", "", "Provider"),
    Group("externaldns.k8s.io", "DNSEndpoint", ""),
    Group(
        "fission.io",
        "CanaryConfig Environment Function HTTPTrigger KubernetesWatchTrigger \
        MessageQueueTrigger Package TimeTrigger",
        "",
    ),
    Group("flagger.app", "AlertProvider Canary MetricTemplate", ""),
    Group(
        "fleet.cattle.io",
        "Bundle BundleDeployment BundleNamespaceMapping Cluster ClusterGroup ClusterRegistration \
        ClusterRegistrationToken GitRepo GitRepoRestriction HelmOp",
        "Content",
    ),
    Group(
        "flink.apache.org",
        "FlinkBlueGreenDeployment FlinkDeployment FlinkSessionJob FlinkStateSnapshot",
        "",
    ),
    Group("flows.knative.dev", "Parallel Sequence", ""),
    Group(
        "fluentbit.fluent.io",
        "Collector Filter FluentBit FluentBitConfig Output Parser",
        "ClusterFilter ClusterFluentBitConfig ClusterInput ClusterMultilineParser ClusterOutput \
        ClusterParser",
    ),
    Group(
        "fluentd.fluent.io",
        "Filter Fluentd FluentdConfig Input Output",
        "ClusterFilter ClusterFluentdConfig ClusterInput ClusterOutput",
    ),
    Group("flux.weave.works", "FluxHelmRelease HelmRelease", ""),
    Group(
        "fluxcd.controlplane.io",
        "FluxInstance FluxReport ResourceSet ResourceSetInputProvider",
        "",
    ),
    Group(
        "forklift.konveyor.io",
        "ForkliftController Hook Host Migration NetworkMap OpenstackVolumePopulator \
        OvirtVolumePopulator Plan Provider Provisioner StorageMap",
        "",
    ),
    Group("game.kruise.io", "GameServer GameServerSet", ""),
    Group(
        "gateway.envoyproxy.io",
        "Backend BackendTrafficPolicy ClientTrafficPolicy EnvoyExtensionPolicy EnvoyPatchPolicy \
        EnvoyProxy HTTPRouteFilter SecurityPolicy",
        "",
    ),
    Group(
        "gateway.networking.k8s.io",
        "BackendTLSPolicy GRPCRoute Gateway HTTPRoute ListenerSet ReferenceGrant ReferencePolicy \
        TCPRoute TLSRoute UDPRoute",
        "GatewayClass",
    ),
    Group("gateway.networking.x-k8s.io", "XBackend XBackendTrafficPolicy XListenerSet", "XMesh"),
    Group(
        "gateway.solo.io",
        "Gateway MatchableHttpGateway RouteOption RouteTable VirtualHostOption VirtualService",
        "",
    ),
    Group(
        "generators.external-secrets.io",
        "ACRAccessToken BeyondtrustWorkloadCredentialsDynamicSecret CloudsmithAccessToken \
        ECRAuthorizationToken Fake GCRAccessToken GeneratorState GithubAccessToken \
        GitlabDeployToken Grafana MFA Password QuayAccessToken SSHKey STSSessionToken UUID \
        VaultDynamicSecret Webhook",
        "ClusterGenerator",
    ),
    Group(
        "getambassador.io",
        "AuthService ConsulResolver DevPortal Host KubernetesEndpointResolver \
        KubernetesServiceResolver Listener LogService Mapping Module RateLimitService TCPMapping \
        TLSContext TracingService",
        "",
    ),
    Group("gloo.solo.io", "Proxy Settings Upstream UpstreamGroup", ""),
    Group(
        "grafana.integreatly.org",
        "Grafana GrafanaAlertRuleGroup GrafanaContactPoint GrafanaDashboard GrafanaDatasource \
        GrafanaFolder GrafanaLibraryPanel GrafanaManifest GrafanaMuteTiming \
        GrafanaNotificationPolicy GrafanaNotificationPolicyRoute GrafanaNotificationTemplate \
        GrafanaServiceAccount",
        "",
    ),
    Group(
        "groupsnapshot.storage.k8s.io",
        "VolumeGroupSnapshot",
        "VolumeGroupSnapshotClass VolumeGroupSnapshotContent",
    ),
    Group("harvesterhci.io", "Addon KeyPair VirtualMachineBackup VirtualMachineImage", "Setting"),
    Group("hco.kubevirt.io", "HyperConverged", ""),
    Group("helm.cattle.io", "HelmChart HelmChartConfig", ""),
    Group("helm.crossplane.io", "", "ProviderConfig ProviderConfigUsage Release"),
    Group("helm.fluxcd.io", "HelmRelease", ""),
    Group("helm.openshift.io", "ProjectHelmChartRepository", "HelmChartRepository"),
    Group("helm.toolkit.fluxcd.io", "HelmRelease", ""),
    Group(
        "hive.openshift.io",
        "Checkpoint ClusterClaim ClusterDeployment ClusterDeploymentCustomization \
        ClusterDeprovision ClusterPool ClusterProvision ClusterRelocate ClusterState DNSZone \
        MachinePool MachinePoolNameLease SyncIdentityProvider SyncSet SyncSetInstance",
        "ClusterImageSet HiveConfig SelectorSyncIdentityProvider SelectorSyncSet",
    ),
    Group(
        "hnc.x-k8s.io",
        "HierarchicalResourceQuota HierarchyConfiguration SubnamespaceAnchor",
        "HNCConfiguration",
    ),
    Group("http.keda.sh", "HTTPScaledObject", ""),
    Group(
        "hub.traefik.io",
        "AIService API APIAuth APIBundle APICatalogItem APIPlan APIPortal APIPortalAuth \
        APIRateLimit APIVersion ContentItem ManagedApplication ManagedSubscription Uplink",
        "AccessControlPolicy",
    ),
    Group("hydra.ory.sh", "OAuth2Client", ""),
    Group("hypershift.openshift.io", "HostedCluster HostedControlPlane NodePool", ""),
    Group(
        "image.openshift.io",
        "ImageStream ImageStreamImage ImageStreamImport ImageStreamLayers ImageStreamMapping \
        ImageStreamTag ImageTag",
        "Image ImageSignature",
    ),
    Group("image.toolkit.fluxcd.io", "ImagePolicy ImageRepository ImageUpdateAutomation", ""),
    Group("imageregistry.operator.openshift.io", "", "Config ImagePruner"),
    Group("inference.networking.k8s.io", "InferencePool", ""),
    Group(
        "inference.networking.x-k8s.io",
        "InferenceModel InferenceModelRewrite InferenceObjective InferencePool \
        InferencePoolImport",
        "",
    ),
    Group("infinispan.org", "Backup Batch Cache Infinispan Restore", ""),
    Group("infra.contrib.fluxcd.io", "Terraform", ""),
    Group("ingress.operator.openshift.io", "DNSRecord", ""),
    Group("insights.openshift.io", "", "DataGather"),
    Group("install.istio.io", "IstioOperator", ""),
    Group(
        "instancetype.kubevirt.io",
        "VirtualMachineInstancetype VirtualMachinePreference",
        "VirtualMachineClusterInstancetype VirtualMachineClusterPreference",
    ),
    Group(
        "integreatly.org",
        "Grafana GrafanaDashboard GrafanaDataSource GrafanaFolder GrafanaNotificationChannel",
        "",
    ),
    Group("ipam.cluster.x-k8s.io", "IPAddress IPAddressClaim", ""),
    Group("isindir.github.com", "SopsSecret", ""),
    Group("jaegertracing.io", "Jaeger", ""),
    Group("jenkins.io", "Jenkins", ""),
    Group("jetstream.nats.io", "Account Consumer KeyValue ObjectStore Stream", ""),
    Group("jobset.x-k8s.io", "JobSet", ""),
    Group("k3s.cattle.io", "Addon", "ETCDSnapshotFile"),
    Group("k6.io", "K6 PrivateLoadZone TestRun", ""),
    Group("k8s.cni.cncf.io", "MultiNetworkPolicy NetworkAttachmentDefinition", ""),
    Group(
        "k8s.keycloak.org",
        "Keycloak KeycloakOIDCClient KeycloakRealmImport KeycloakSAMLClient",
        "",
    ),
    Group(
        "k8s.mariadb.com",
        "Backup Connection Database ExternalMariaDB Grant MariaDB MaxScale PhysicalBackup \
        PointInTimeRecovery Restore SqlJob User",
        "",
    ),
    Group(
        "k8s.nginx.org",
        "GlobalConfiguration Policy TransportServer VirtualServer VirtualServerRoute",
        "",
    ),
    Group(
        "k8s.ovn.org",
        "EgressFirewall EgressQoS EgressService NetworkQoS UserDefinedNetwork",
        "AdminPolicyBasedExternalRoute ClusterUserDefinedNetwork EgressIP",
    ),
    Group("k8ssandra.io", "K8ssandraCluster", ""),
    Group("k8up.io", "Archive Backup Check PreBackupPod Prune Restore Schedule Snapshot", ""),
    Group("kafka.banzaicloud.io", "CruiseControlOperation KafkaCluster KafkaTopic KafkaUser", ""),
    Group(
        "kafka.strimzi.io",
        "Kafka KafkaBridge KafkaConnect KafkaConnectS2I KafkaConnector KafkaMirrorMaker \
        KafkaMirrorMaker2 KafkaNodePool KafkaRebalance KafkaTopic KafkaUser",
        "",
    ),
    Group("kappctrl.k14s.io", "App", ""),
    Group("karpenter.azure.com", "", "AKSNodeClass"),
    Group("karpenter.k8s.aws", "", "AWSNodeTemplate EC2NodeClass"),
    Group("karpenter.sh", "", "Machine NodeClaim NodeOverlay NodePool Provisioner"),
    Group("kataconfiguration.openshift.io", "", "KataConfig"),
    Group(
        "keda.sh",
        "KedaController ScaledJob ScaledObject TriggerAuthentication",
        "ClusterTriggerAuthentication",
    ),
    Group("keycloak.org", "Keycloak KeycloakBackup KeycloakClient KeycloakRealm KeycloakUser", ""),
    Group("kiali.io", "Kiali OSSMConsole", ""),
    Group("kibana.k8s.elastic.co", "Kibana", ""),
    Group(
        "kpack.io",
        "Build Builder Buildpack Image SourceResolver",
        "ClusterBuilder ClusterBuildpack ClusterLifecycle ClusterStack ClusterStore",
    ),
    Group("kro.run", "", "ResourceGraphDefinition"),
    Group(
        "kuadrant.io",
        "AuthPolicy DNSHealthCheckProbe DNSPolicy DNSRecord Kuadrant ManagedZone RateLimitPolicy \
        TLSPolicy",
        "",
    ),
    Group("kube-green.com", "SleepInfo", ""),
    Group(
        "kubeflow.org",
        "Experiment JAXJob MPIJob Notebook PVCViewer PaddleJob PodDefault PyTorchJob \
        ScheduledWorkflow Suggestion TFJob TrainJob TrainingRuntime Trial Viewer XGBoostJob",
        "ClusterTrainingRuntime Profile",
    ),
    Group("kubeovn.io", "", "IP IptablesEIP SecurityGroup Subnet Vlan Vpc"),
    Group("kubernetes-client.io", "ExternalSecret", ""),
    Group("kubernetes.crossplane.io", "", "Object ProviderConfig ProviderConfigUsage"),
    Group(
        "kubevirt.io",
        "KubeVirt VirtualMachine VirtualMachineInstance VirtualMachineInstanceMigration \
        VirtualMachineInstancePreset VirtualMachineInstanceReplicaSet",
        "",
    ),
    Group(
        "kueue.x-k8s.io",
        "LocalQueue Workload",
        "AdmissionCheck ClusterQueue Cohort MultiKueueCluster MultiKueueConfig \
        ProvisioningRequestConfig ResourceFlavor Topology WorkloadPriorityClass",
    ),
    Group("kustomize.toolkit.fluxcd.io", "Kustomization", ""),
    Group(
        "kyverno.io",
        "AdmissionReport BackgroundScanReport CleanupPolicy Policy PolicyException UpdateRequest",
        "ClusterAdmissionReport ClusterBackgroundScanReport ClusterCleanupPolicy ClusterPolicy \
        GlobalContextEntry",
    ),
    Group("leaderworkerset.x-k8s.io", "LeaderWorkerSet", ""),
    Group(
        "lifecycle.keptn.sh",
        "KeptnApp KeptnAppContext KeptnAppCreationRequest KeptnAppVersion KeptnEvaluation \
        KeptnTask KeptnTaskDefinition KeptnWorkload KeptnWorkloadInstance KeptnWorkloadVersion",
        "",
    ),
    Group("linkerd.io", "ServiceProfile", ""),
    Group("litmuschaos.io", "ChaosEngine ChaosExperiment ChaosResult", ""),
    Group("local.storage.openshift.io", "LocalVolume LocalVolumeDiscovery LocalVolumeSet", ""),
    Group(
        "logging.banzaicloud.io",
        "ClusterFlow ClusterOutput Flow Output SyslogNGClusterFlow SyslogNGClusterOutput \
        SyslogNGFlow SyslogNGOutput",
        "FluentbitAgent Logging LoggingRoute NodeAgent",
    ),
    Group("logging.openshift.io", "ClusterLogForwarder ClusterLogging", ""),
    Group("logstash.k8s.elastic.co", "Logstash", ""),
    Group("loki.grafana.com", "AlertingRule LokiStack RecordingRule RulerConfig", ""),
    Group(
        "longhorn.io",
        "BackingImage BackingImageDataSource BackingImageManager Backup BackupBackingImage \
        BackupTarget BackupVolume Engine EngineImage InstanceManager Node Orphan RecurringJob \
        Replica Setting ShareManager Snapshot SupportBundle SystemBackup SystemRestore Volume \
        VolumeAttachment",
        "",
    ),
    Group("lvm.topolvm.io", "LVMCluster LVMVolumeGroup LVMVolumeGroupNodeStatus", ""),
    Group(
        "machine.openshift.io",
        "ControlPlaneMachineSet Machine MachineHealthCheck MachineSet",
        "",
    ),
    Group(
        "machineconfiguration.openshift.io",
        "",
        "ContainerRuntimeConfig ControllerConfig InternalReleaseImage KubeletConfig \
        MachineConfig MachineConfigNode MachineConfigPool MachineOSBuild MachineOSConfig \
        OSImageStream PinnedImageSet",
    ),
    Group("machinelearning.seldon.io", "SeldonDeployment", ""),
    Group(
        "maistra.io",
        "ServiceMeshControlPlane ServiceMeshMember ServiceMeshMemberRoll Session",
        "",
    ),
    Group(
        "management.cattle.io",
        "ClusterRoleTemplateBinding Node NodePool Project ProjectRoleTemplateBinding",
        "Cluster Feature GlobalRole GlobalRoleBinding RoleTemplate Setting Token User",
    ),
    Group("maps.k8s.elastic.co", "ElasticMapsServer", ""),
    Group("mellanox.com", "", "HostDeviceNetwork IPoIBNetwork MacvlanNetwork NicClusterPolicy"),
    Group("messaging.knative.dev", "Channel InMemoryChannel KafkaChannel Subscription", ""),
    Group("metacontroller.k8s.io", "ControllerRevision", "CompositeController DecoratorController"),
    Group(
        "metal3.io",
        "BMCEventSubscription BareMetalHost DataImage FirmwareSchema HardwareData \
        HostFirmwareComponents HostFirmwareSettings HostUpdatePolicy PreprovisioningImage",
        "Provisioning",
    ),
    Group(
        "metallb.io",
        "BFDProfile BGPAdvertisement BGPPeer Community IPAddressPool L2Advertisement \
        ServiceBGPStatus ServiceL2Status",
        "",
    ),
    Group("metrics.k8s.io", "PodMetrics", "NodeMetrics"),
    Group(
        "metrics.keptn.sh",
        "Analysis AnalysisDefinition AnalysisValueTemplate KeptnMetric KeptnMetricsProvider",
        "",
    ),
    Group("migrations.kubevirt.io", "MigController", "MigrationPolicy"),
    Group("minio.min.io", "Tenant", ""),
    Group("mongodb.com", "MongoDB MongoDBMultiCluster MongoDBOpsManager MongoDBUser", ""),
    Group("mongodbcommunity.mongodb.com", "MongoDBCommunity", ""),
    Group(
        "monitoring.coreos.com",
        "Alertmanager AlertmanagerConfig PodMonitor Probe Prometheus PrometheusAgent \
        PrometheusRule ScrapeConfig ServiceMonitor ThanosRuler",
        "",
    ),
    Group(
        "monitoring.googleapis.com",
        "OperatorConfig PodMonitoring Rules",
        "ClusterNodeMonitoring ClusterPodMonitoring ClusterRules GlobalRules",
    ),
    Group(
        "monitoring.grafana.com",
        "GrafanaAgent Integration LogsInstance MetricsInstance PodLogs",
        "",
    ),
    Group("monitoring.openshift.io", "AlertRelabelConfig AlertingRule", ""),
    Group("multicluster.openshift.io", "", "MultiClusterEngine"),
    Group("multicluster.x-k8s.io", "ServiceExport ServiceImport", ""),
    Group("mutations.gatekeeper.sh", "", "Assign AssignImage AssignMetadata ModifySet"),
    Group("mysql.oracle.com", "InnoDBCluster MySQLBackup NdbCluster", ""),
    Group("mysql.presslabs.org", "MysqlBackup MysqlCluster MysqlDatabase MysqlUser", ""),
    Group("nats.io", "NatsCluster NatsServiceRole", ""),
    Group(
        "network.openshift.io",
        "DNSNameResolver EgressNetworkPolicy",
        "ClusterNetwork HostSubnet NetNamespace",
    ),
    Group("network.operator.openshift.io", "EgressRouter", ""),
    Group("networking.cfargotunnel.com", "Tunnel TunnelBinding", "ClusterTunnel"),
    Group(
        "networking.gke.io",
        "FQDNNetworkPolicy FrontendConfig GCPBackendPolicy GCPGatewayPolicy \
        GCPTrafficDistributionPolicy HealthCheckPolicy ManagedCertificate ServiceAttachment \
        ServiceNetworkEndpointGroup",
        "GKENetworkParamSet Network",
    ),
    Group(
        "networking.internal.knative.dev",
        "Certificate Ingress ServerlessService",
        "ClusterDomainClaim",
    ),
    Group(
        "networking.istio.io",
        "DestinationRule EnvoyFilter Gateway ProxyConfig ServiceEntry Sidecar VirtualService \
        WorkloadEntry WorkloadGroup",
        "",
    ),
    Group("networking.k8s.aws", "PolicyEndpoint", "ClusterPolicyEndpoint"),
    Group("nfd.k8s-sigs.io", "NodeFeature NodeFeatureGroup", "NodeFeatureRule"),
    Group("nfd.openshift.io", "NodeFeatureDiscovery", ""),
    Group(
        "nmstate.io",
        "",
        "NMState NodeNetworkConfigurationEnactment NodeNetworkConfigurationPolicy \
        NodeNetworkState",
    ),
    Group("notification.toolkit.fluxcd.io", "Alert Provider Receiver", ""),
    Group(
        "numaflow.numaproj.io",
        "InterStepBufferService MonoVertex Pipeline ServingPipeline Vertex",
        "",
    ),
    Group(
        "numaplane.numaproj.io",
        "ISBServiceRollout MonoVertexRollout NumaflowControllerRollout PipelineRollout",
        "",
    ),
    Group("nvidia.com", "", "ClusterPolicy NVIDIADriver"),
    Group("oadp.openshift.io", "CloudStorage DataProtectionApplication Velero", ""),
    Group("oathkeeper.ory.sh", "Rule", ""),
    Group(
        "oauth.openshift.io",
        "",
        "OAuthAccessToken OAuthAuthorizeToken OAuthClient OAuthClientAuthorization \
        UserOAuthAccessToken",
    ),
    Group("objectbucket.io", "ObjectBucketClaim", "ObjectBucket"),
    Group("observability.giantswarm.io", "Silence", ""),
    Group(
        "observability.open-cluster-management.io",
        "ObservabilityAddon",
        "MultiClusterObservability",
    ),
    Group("observability.openshift.io", "ClusterLogForwarder", ""),
    Group("ocs.openshift.io", "OCSInitialization StorageCluster", ""),
    Group("odf.openshift.io", "StorageSystem", "NodeRecovery"),
    Group("olm.operatorframework.io", "", "ClusterCatalog ClusterExtension"),
    Group("onepassword.com", "OnePasswordItem", ""),
    Group("opendatahub.io", "OdhDashboardConfig", ""),
    Group("openfaas.com", "Function Profile", ""),
    Group(
        "opensearch.opster.io",
        "OpenSearchCluster OpenSearchISMPolicy OpensearchActionGroup OpensearchComponentTemplate \
        OpensearchIndexTemplate OpensearchRole OpensearchTenant OpensearchUser \
        OpensearchUserRoleBinding",
        "",
    ),
    Group(
        "opentelemetry.io",
        "Instrumentation OpAMPBridge OpenTelemetryCollector TargetAllocator",
        "",
    ),
    Group(
        "operator.cluster.x-k8s.io",
        "AddonProvider BootstrapProvider ControlPlaneProvider CoreProvider IPAMProvider \
        InfrastructureProvider RuntimeExtensionProvider",
        "",
    ),
    Group("operator.external-secrets.io", "OperatorConfig", ""),
    Group("operator.knative.dev", "KnativeEventing KnativeServing", ""),
    Group(
        "operator.open-cluster-management.io",
        "MultiClusterHub MulticlusterGlobalHub MulticlusterGlobalHubAgent",
        "ClusterManager Klusterlet",
    ),
    Group(
        "operator.openshift.io",
        "IngressController",
        "Authentication CSISnapshotController CloudCredential ClusterAPI ClusterCSIDriver \
        ClusterVersionOperator Config Console DNS Etcd EtcdBackup ImageContentSourcePolicy \
        Ingress InsightsOperator KubeAPIServer KubeControllerManager KubeScheduler \
        KubeStorageVersionMigrator MachineConfiguration Network OLM OpenShiftAPIServer \
        OpenShiftControllerManager ServiceCA Storage",
    ),
    Group(
        "operator.tekton.dev",
        "",
        "TektonAddon TektonChain TektonConfig TektonDashboard TektonHub TektonInstallerSet \
        TektonPipeline TektonResult TektonTrigger",
    ),
    Group(
        "operator.tigera.io",
        "",
        "APIServer Goldmane ImageSet Installation ManagementCluster TigeraStatus Whisker",
    ),
    Group(
        "operator.victoriametrics.com",
        "VLAgent VLCluster VLDistributed VLSingle VLogs VMAgent VMAlert VMAlertmanager \
        VMAlertmanagerConfig VMAnomaly VMAnomalyConfig VMAuth VMCluster VMDistributed \
        VMNodeScrape VMPodScrape VMProbe VMRule VMScrapeConfig VMServiceScrape VMSingle \
        VMStaticScrape VMUser VTCluster VTSingle",
        "",
    ),
    Group(
        "operators.coreos.com",
        "CatalogSource ClusterServiceVersion InstallPlan OperatorCondition OperatorGroup \
        Subscription",
        "OLMConfig Operator",
    ),
    Group(
        "org.eclipse.che",
        "CheBackupServerConfiguration CheCluster CheClusterBackup CheClusterRestore",
        "",
    ),
    Group("packages.operators.coreos.com", "PackageManifest", ""),
    Group("packaging.carvel.dev", "PackageInstall PackageRepository", ""),
    Group("performance.openshift.io", "", "PerformanceProfile"),
    Group("pg.percona.com", "PerconaPGCluster Pgcluster Pgpolicy Pgreplica Pgtask", ""),
    Group(
        "pgv2.percona.com",
        "PerconaPGBackup PerconaPGCluster PerconaPGRestore PerconaPGUpgrade",
        "",
    ),
    Group(
        "pingcap.com",
        "Backup BackupSchedule DMCluster Restore TidbCluster TidbClusterAutoScaler \
        TidbInitializer TidbMonitor TidbNGMonitoring",
        "",
    ),
    Group("pipelines.kubeflow.org", "Pipeline PipelineVersion", ""),
    Group("pipelinesascode.tekton.dev", "Repository", ""),
    Group(
        "pkg.crossplane.io",
        "",
        "Configuration ConfigurationRevision ControllerConfig DeploymentRuntimeConfig Function \
        FunctionRevision ImageConfig Lock Provider ProviderRevision",
    ),
    Group(
        "platform.confluent.io",
        "ClusterLink ConfluentRolebinding Connect Connector ControlCenter KRaftController Kafka \
        KafkaRestClass KafkaRestProxy KafkaTopic KsqlDB Schema SchemaExporter SchemaRegistry \
        Zookeeper",
        "",
    ),
    Group("platform.stackrox.io", "Central SecuredCluster", ""),
    Group(
        "policies.kubewarden.io",
        "AdmissionPolicy AdmissionPolicyGroup",
        "ClusterAdmissionPolicy ClusterAdmissionPolicyGroup PolicyServer",
    ),
    Group(
        "policies.kyverno.io",
        "NamespacedDeletingPolicy NamespacedGeneratingPolicy NamespacedImageValidatingPolicy \
        NamespacedMutatingPolicy NamespacedValidatingPolicy PolicyException",
        "DeletingPolicy GeneratingPolicy ImageValidatingPolicy MutatingPolicy ValidatingPolicy",
    ),
    Group("policy.cert-manager.io", "", "CertificateRequestPolicy"),
    Group(
        "policy.karmada.io",
        "FederatedResourceQuota OverridePolicy PropagationPolicy",
        "ClusterOverridePolicy ClusterPropagationPolicy",
    ),
    Group("policy.kruise.io", "PodUnavailableBudget", ""),
    Group(
        "policy.linkerd.io",
        "AuthorizationPolicy EgressNetwork HTTPLocalRateLimitPolicy HTTPRoute \
        MeshTLSAuthentication NetworkAuthentication Server ServerAuthorization",
        "",
    ),
    Group(
        "policy.networking.k8s.io",
        "",
        "AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy",
    ),
    Group(
        "policy.open-cluster-management.io",
        "CertificatePolicy ConfigurationPolicy OperatorPolicy PlacementBinding Policy \
        PolicyAutomation PolicySet",
        "",
    ),
    Group("pool.kubevirt.io", "VirtualMachinePool", ""),
    Group("populator.storage.k8s.io", "", "VolumePopulator"),
    Group(
        "postgres-operator.crunchydata.com",
        "CrunchyBridgeCluster PGAdmin PGUpgrade PostgresCluster",
        "",
    ),
    Group(
        "postgresql.cnpg.io",
        "Backup Cluster Database FailoverQuorum ImageCatalog Pooler Publication ScheduledBackup \
        Subscription",
        "ClusterImageCatalog",
    ),
    Group("project.openshift.io", "", "Project ProjectRequest"),
    Group(
        "projectcalico.org",
        "NetworkPolicy NetworkSet StagedKubernetesNetworkPolicy StagedNetworkPolicy",
        "BGPConfiguration BGPFilter BGPPeer BlockAffinity CalicoNodeStatus ClusterInformation \
        FelixConfiguration GlobalNetworkPolicy GlobalNetworkSet HostEndpoint IPAMConfiguration \
        IPPool IPReservation KubeControllersConfiguration Node Profile StagedGlobalNetworkPolicy \
        Tier",
    ),
    Group(
        "projectcontour.io",
        "ContourConfiguration ContourDeployment ExtensionService HTTPProxy \
        TLSCertificateDelegation",
        "",
    ),
    Group(
        "promoter.argoproj.io",
        "ArgoCDCommitStatus ChangeTransferPolicy CommitStatus GitCommitStatus GitRepository \
        PromotionStrategy PullRequest ScmProvider TimedCommitStatus WebRequestCommitStatus",
        "ClusterScmProvider",
    ),
    Group("protection.crossplane.io", "Usage", "ClusterUsage"),
    Group("provisioning.cattle.io", "Cluster", ""),
    Group(
        "ps.percona.com",
        "PerconaServerMySQL PerconaServerMySQLBackup PerconaServerMySQLClusterSet \
        PerconaServerMySQLRestore",
        "",
    ),
    Group(
        "psmdb.percona.com",
        "PerconaServerMongoDB PerconaServerMongoDBBackup PerconaServerMongoDBClusterSync \
        PerconaServerMongoDBRestore",
        "",
    ),
    Group("pulumi.com", "Program Stack", ""),
    Group(
        "pxc.percona.com",
        "PerconaXtraDBBackup PerconaXtraDBCluster PerconaXtraDBClusterBackup \
        PerconaXtraDBClusterRestore",
        "",
    ),
    Group("pyrra.dev", "ServiceLevelObjective", ""),
    Group("quay.redhat.com", "QuayRegistry", ""),
    Group("quota.openshift.io", "AppliedClusterResourceQuota", "ClusterResourceQuota"),
    Group(
        "rabbitmq.com",
        "Binding Exchange Federation OperatorPolicy Permission Policy Queue RabbitmqCluster \
        SchemaReplication Shovel SuperStream SuperStreamConsumer TopicPermission User Vhost",
        "",
    ),
    Group("ray.io", "RayCluster RayCronJob RayJob RayService", ""),
    Group("rbac.istio.io", "RbacConfig ServiceRole ServiceRoleBinding", "ClusterRbacConfig"),
    Group("redis.redis.opstreelabs.in", "Redis RedisCluster RedisReplication RedisSentinel", ""),
    Group("reports.kyverno.io", "EphemeralReport", "ClusterEphemeralReport"),
    Group("resolution.tekton.dev", "ResolutionRequest", ""),
    Group(
        "resources.teleport.dev",
        "TeleportAccessList TeleportGithubConnector TeleportLoginRule TeleportOIDCConnector \
        TeleportProvisionToken TeleportRole TeleportRoleV6 TeleportRoleV7 TeleportSAMLConnector \
        TeleportUser",
        "",
    ),
    Group("ricoberger.de", "VaultSecret", ""),
    Group("rollouts.kruise.io", "BatchRelease Rollout RolloutHistory TrafficRouting", ""),
    Group("route.openshift.io", "Route", ""),
    Group("runtime.cluster.x-k8s.io", "", "ExtensionConfig"),
    Group(
        "sailoperator.io",
        "",
        "Istio IstioCNI IstioRevision IstioRevisionTag RemoteIstio ZTunnel",
    ),
    Group("samples.operator.openshift.io", "", "Config"),
    Group("scheduling.volcano.sh", "PodGroup", "Queue"),
    Group("scheduling.x-k8s.io", "ElasticQuota PodGroup", ""),
    Group(
        "scylla.scylladb.com",
        "ScyllaCluster ScyllaDBDatacenter ScyllaDBMonitoring",
        "NodeConfig ScyllaOperatorConfig",
    ),
    Group("secretgen.carvel.dev", "SecretExport SecretImport", ""),
    Group("secretgen.k14s.io", "Certificate Password RSAKey SSHKey", ""),
    Group("secrets-store.csi.x-k8s.io", "SecretProviderClass SecretProviderClassPodStatus", ""),
    Group("secrets.crossplane.io", "", "StoreConfig"),
    Group(
        "secrets.hashicorp.com",
        "CSISecrets HCPAuth HCPVaultSecretsApp SecretTransformation VaultAuth VaultAuthGlobal \
        VaultConnection VaultDynamicSecret VaultPKISecret VaultStaticSecret",
        "",
    ),
    Group(
        "security-profiles-operator.x-k8s.io",
        "SecurityProfileNodeStatus SecurityProfilesOperatorDaemon",
        "",
    ),
    Group("security.istio.io", "AuthorizationPolicy PeerAuthentication RequestAuthentication", ""),
    Group(
        "security.openshift.io",
        "PodSecurityPolicyReview PodSecurityPolicySelfSubjectReview \
        PodSecurityPolicySubjectReview",
        "RangeAllocation SecurityContextConstraints",
    ),
    Group("servicebinding.io", "ServiceBinding", "ClusterWorkloadResourceMapping"),
    Group(
        "servicecatalog.k8s.io",
        "ServiceBinding ServiceBroker ServiceClass ServiceInstance ServicePlan",
        "ClusterServiceBroker ClusterServiceClass ClusterServicePlan",
    ),
    Group("services.cloud.sap.com", "ServiceBinding ServiceInstance", ""),
    Group("services.k8s.aws", "AdoptedResource FieldExport", "IAMRoleSelector"),
    Group("serving.knative.dev", "Configuration DomainMapping Revision Route Service", ""),
    Group(
        "serving.kserve.io",
        "InferenceGraph InferenceService LLMInferenceService LLMInferenceServiceConfig \
        ServingRuntime TrainedModel",
        "ClusterServingRuntime ClusterStorageContainer LocalModelCache LocalModelNode \
        LocalModelNodeGroup",
    ),
    Group("sharedresource.openshift.io", "", "SharedConfigMap SharedSecret"),
    Group("shipwright.io", "Build BuildRun BuildStrategy", "ClusterBuildStrategy"),
    Group("sinks.knative.dev", "IntegrationSink JobSink", ""),
    Group("sloth.slok.dev", "PrometheusServiceLevel", ""),
    Group("snapscheduler.backube", "SnapshotSchedule", ""),
    Group(
        "snapshot.kubevirt.io",
        "VirtualMachineRestore VirtualMachineSnapshot VirtualMachineSnapshotContent",
        "",
    ),
    Group("snapshot.storage.k8s.io", "VolumeSnapshot", "VolumeSnapshotClass VolumeSnapshotContent"),
    Group("solr.apache.org", "SolrBackup SolrCloud SolrPrometheusExporter", ""),
    Group("source.extensions.fluxcd.io", "ArtifactGenerator", ""),
    Group(
        "source.toolkit.fluxcd.io",
        "Bucket ExternalArtifact GitRepository HelmChart HelmRepository OCIRepository",
        "",
    ),
    Group(
        "sources.knative.dev",
        "ApiServerSource ContainerSource GitHubSource IntegrationSource KafkaSource PingSource \
        RedisStreamSource SinkBinding",
        "",
    ),
    Group("sparkoperator.k8s.io", "ScheduledSparkApplication SparkApplication SparkConnect", ""),
    Group("specs.smi-spec.io", "HTTPRouteGroup TCPRoute UDPRoute", ""),
    Group("spire.spiffe.io", "", "ClusterFederatedTrustDomain ClusterSPIFFEID ClusterStaticEntry"),
    Group("split.smi-spec.io", "TrafficSplit", ""),
    Group(
        "sriovnetwork.openshift.io",
        "SriovIBNetwork SriovNetwork SriovNetworkNodePolicy SriovNetworkNodeState \
        SriovNetworkPoolConfig SriovOperatorConfig",
        "",
    ),
    Group(
        "ssp.kubevirt.io",
        "KubevirtMetricsAggregation KubevirtNodeLabellerBundle KubevirtTemplateValidator SSP",
        "",
    ),
    Group("stackconfigpolicy.k8s.elastic.co", "StackConfigPolicy", ""),
    Group("stacks.crossplane.io", "StackInstall", "ClusterStackInstall"),
    Group(
        "stork.libopenstorage.org",
        "ApplicationBackup ApplicationClone ApplicationRestore BackupLocation \
        GroupVolumeSnapshot Migration MigrationSchedule Rule VolumeSnapshotRestore \
        VolumeSnapshotSchedule",
        "ClusterDomainUpdate ClusterDomainsStatus SchedulePolicy",
    ),
    Group("sts.min.io", "PolicyBinding", ""),
    Group(
        "submariner.io",
        "Cluster ClusterGlobalEgressIP Endpoint Gateway GlobalEgressIP GlobalIngressIP",
        "",
    ),
    Group("syncset.gatekeeper.sh", "", "SyncSet"),
    Group("tailscale.com", "", "Connector DNSConfig ProxyClass ProxyGroup Recorder"),
    Group("talos.dev", "ServiceAccount", ""),
    Group(
        "tekton.dev",
        "CustomRun Pipeline PipelineResource PipelineRun Run StepAction Task TaskRun \
        VerificationPolicy",
        "ClusterTask",
    ),
    Group("telemetry.istio.io", "Telemetry", ""),
    Group("template.openshift.io", "Template TemplateInstance", "BrokerTemplateInstance"),
    Group("templates.gatekeeper.sh", "", "ConstraintTemplate"),
    Group("tempo.grafana.com", "TempoMonolithic TempoStack", ""),
    Group("tenancy.kiosk.sh", "", "Account Space"),
    Group("tensorboard.kubeflow.org", "Tensorboard", ""),
    Group("topolvm.cybozu.com", "", "LogicalVolume"),
    Group("topolvm.io", "", "LogicalVolume"),
    Group("tower.ansible.com", "AnsibleJob JobTemplate", ""),
    Group(
        "traefik.containo.us",
        "IngressRoute IngressRouteTCP IngressRouteUDP Middleware MiddlewareTCP ServersTransport \
        TLSOption TLSStore TraefikService",
        "",
    ),
    Group(
        "traefik.io",
        "IngressRoute IngressRouteTCP IngressRouteUDP Middleware MiddlewareTCP ServersTransport \
        ServersTransportTCP TLSOption TLSStore TraefikService",
        "",
    ),
    Group("trainer.kubeflow.org", "TrainJob TrainingRuntime", "ClusterTrainingRuntime"),
    Group(
        "trident.netapp.io",
        "TridentBackend TridentBackendConfig TridentMirrorRelationship TridentSnapshot \
        TridentStorageClass TridentVolume TridentVolumeReference",
        "TridentConfigurator TridentOrchestrator",
    ),
    Group(
        "triggers.tekton.dev",
        "EventListener Interceptor Trigger TriggerBinding TriggerTemplate",
        "ClusterInterceptor ClusterTriggerBinding",
    ),
    Group("trust.cert-manager.io", "", "Bundle"),
    Group("tuned.openshift.io", "Profile Tuned", ""),
    Group("upgrade.cattle.io", "Plan", ""),
    Group("user.openshift.io", "", "Group Identity User UserIdentityMapping"),
    Group("vault.banzaicloud.com", "Vault", ""),
    Group(
        "velero.io",
        "Backup BackupRepository BackupStorageLocation DataDownload DataUpload \
        DeleteBackupRequest DownloadRequest PodVolumeBackup PodVolumeRestore ResticRepository \
        Restore Schedule ServerStatusRequest VolumeSnapshotLocation",
        "",
    ),
    Group("volsync.backube", "ReplicationDestination ReplicationSource", ""),
    Group("vpcresources.k8s.aws", "SecurityGroupPolicy", "CNINode"),
    Group("wgpolicyk8s.io", "PolicyReport", "ClusterPolicyReport"),
    Group("work.karmada.io", "ResourceBinding Work", "ClusterResourceBinding"),
    Group(
        "work.open-cluster-management.io",
        "ManifestWork ManifestWorkReplicaSet",
        "AppliedManifestWork",
    ),
    Group("workspace.devfile.io", "DevWorkspace DevWorkspaceTemplate", ""),
    Group("zalando.org", "FabricEventStream", ""),
    Group("zookeeper.pravega.io", "ZookeeperCluster", ""),
];
