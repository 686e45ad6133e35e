//! Which kinds carry pods, and where in them.

/// Where a workload keeps its pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodShape {
    /// The path from the object to what holds the pod, keys joined by dots; empty for the object.
    pub path: std::borrow::Cow<'static, str>,
    /// How the pod is written there.
    pub form: Form,
    /// An operator fills in what the manifest leaves out (security contexts, probes, resources), so
    /// only what is stated can be judged: nothing is reported as missing.
    pub partial: bool,
}

/// How a pod is written in a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A PodTemplateSpec: `metadata` and `spec`.
    Template,
    /// A PodSpec: the fields of the pod lie at the path itself.
    Spec,
    /// Argo's WorkflowSpec: pod fields at the path, containers in `templates`.
    ArgoWorkflow,
    /// Tekton's TaskSpec: containers in `steps` and `sidecars`.
    TektonTask,
}

/// A custom workload kind that the configuration names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomWorkload {
    /// API group; empty for the core group.
    pub group: Box<str>,
    /// Kind.
    pub kind: Box<str>,
    /// Path to the PodTemplateSpec, keys joined by dots.
    pub pod_template: Box<str>,
}

struct Row(&'static str, &'static str, &'static str, Form, bool);

/// Group, kind, path, form, partial. From the API types of each project.
const TABLE: &[Row] = &[
    Row("", "Pod", "", Form::Template, false),
    Row("", "PodTemplate", "template", Form::Template, false),
    Row("", "ReplicationController", "spec.template", Form::Template, false),
    Row("apps", "Deployment", "spec.template", Form::Template, false),
    Row("apps", "StatefulSet", "spec.template", Form::Template, false),
    Row("apps", "DaemonSet", "spec.template", Form::Template, false),
    Row("apps", "ReplicaSet", "spec.template", Form::Template, false),
    Row("extensions", "Deployment", "spec.template", Form::Template, false),
    Row("extensions", "DaemonSet", "spec.template", Form::Template, false),
    Row("extensions", "ReplicaSet", "spec.template", Form::Template, false),
    Row("batch", "Job", "spec.template", Form::Template, false),
    Row("batch", "CronJob", "spec.jobTemplate.spec.template", Form::Template, false),
    Row("argoproj.io", "Rollout", "spec.template", Form::Template, false),
    Row("argoproj.io", "Workflow", "spec", Form::ArgoWorkflow, true),
    Row("argoproj.io", "WorkflowTemplate", "spec", Form::ArgoWorkflow, true),
    Row("argoproj.io", "ClusterWorkflowTemplate", "spec", Form::ArgoWorkflow, true),
    Row("argoproj.io", "CronWorkflow", "spec.workflowSpec", Form::ArgoWorkflow, true),
    Row("serving.knative.dev", "Service", "spec.template", Form::Template, true),
    Row("serving.knative.dev", "Configuration", "spec.template", Form::Template, true),
    Row("serving.knative.dev", "Revision", "", Form::Template, true),
    Row("apps.openshift.io", "DeploymentConfig", "spec.template", Form::Template, false),
    Row("tekton.dev", "Task", "spec", Form::TektonTask, true),
    Row("tekton.dev", "ClusterTask", "spec", Form::TektonTask, true),
    Row("tekton.dev", "TaskRun", "spec.taskSpec", Form::TektonTask, true),
    Row("keda.sh", "ScaledJob", "spec.jobTargetRef.template", Form::Template, false),
    Row("apps.kruise.io", "CloneSet", "spec.template", Form::Template, false),
    Row("apps.kruise.io", "StatefulSet", "spec.template", Form::Template, false),
    Row("apps.kruise.io", "DaemonSet", "spec.template", Form::Template, false),
    Row("jobset.x-k8s.io", "JobTemplate", "spec.template", Form::Template, false),
    Row("monitoring.coreos.com", "Prometheus", "spec", Form::Spec, true),
    Row("monitoring.coreos.com", "Alertmanager", "spec", Form::Spec, true),
    Row("monitoring.coreos.com", "ThanosRuler", "spec", Form::Spec, true),
    Row("elasticsearch.k8s.elastic.co", "Elasticsearch", "spec.podTemplate", Form::Template, true),
    Row("kibana.k8s.elastic.co", "Kibana", "spec.podTemplate", Form::Template, true),
];

/// The workload kinds of a run: the built-in table, and what the configuration adds to it.
#[derive(Debug, Clone, Default)]
pub struct Workloads {
    custom: Vec<CustomWorkload>,
}

impl Workloads {
    /// The built-in kinds and `custom`, which wins.
    pub fn new(custom: Vec<CustomWorkload>) -> Self {
        Self { custom }
    }

    /// Where a kind keeps its pod; none when it is no workload.
    pub fn shape(&self, group: &str, kind: &str) -> Option<PodShape> {
        if let Some(own) = self.custom.iter().find(|own| *own.group == *group && *own.kind == *kind)
        {
            let path = own.pod_template.to_string().into();
            return Some(PodShape { path, form: Form::Template, partial: false });
        }
        built_in_shape(group, kind)
    }
}

/// Where a built-in kind keeps its pod; none when the table does not have it.
pub(crate) fn built_in_shape(group: &str, kind: &str) -> Option<PodShape> {
    let row = TABLE.iter().find(|row| row.1 == kind && row.0 == group)?;
    Some(PodShape { path: row.2.into(), form: row.3, partial: row.4 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_apart_by_group() {
        let workloads = Workloads::default();
        assert!(workloads.shape("", "Service").is_none());
        assert!(workloads.shape("serving.knative.dev", "Service").is_some());
        assert_eq!(
            workloads.shape("", "Pod").map(|shape| shape.path.into_owned()),
            Some(String::new())
        );
    }

    #[test]
    fn configuration_adds_kinds() {
        let own = CustomWorkload {
            group: "example.com".into(),
            kind: "App".into(),
            pod_template: "spec.pod".into(),
        };
        let shape = Workloads::new(vec![own]).shape("example.com", "App");
        assert_eq!(shape.map(|shape| shape.path.into_owned()).as_deref(), Some("spec.pod"));
    }
}
